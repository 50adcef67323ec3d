/** Pictures as phones take them. */
export interface Pictures {
  /**
   * A JPEG of at most 36,864 bytes, the most that phones take (field case F49); the very bytes when they are that
   * already. Undefined when the bytes are no picture.
   */
  fit(bytes: Uint8Array): Promise<Uint8Array | undefined>;
}
