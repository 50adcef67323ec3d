export interface PlannedOperation {
  readonly endpoint: string;
  readonly kind: string;
  readonly number: number;
  readonly hash: string;
  readonly etag: string;
}
