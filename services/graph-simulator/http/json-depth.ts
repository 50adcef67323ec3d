/** Deeper than any Graph body, and shallow enough for whatever walks or writes it later. */
const deepest = 100;

const [quote, backslash] = [0x22, 0x5c];
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** True when JSON text nests lists and objects more than 100 deep: it parses, but writing it again would exhaust the stack. */
export function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (inText && byte === backslash) at++;
    else if (byte === quote) inText = !inText;
    else if (inText) continue;
    else if (opening.has(byte) && ++depth > deepest) return true;
    else if (closing.has(byte)) depth--;
  }
  return false;
}
