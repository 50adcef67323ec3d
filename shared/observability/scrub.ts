/** A text without what could name a person or open a door. Where in doubt, more goes than must. */

/** Quoted text: errors quote the very content that they stumbled over, as JSON.parse does. */
const quoted = /"(?:[^"\\]|\\.)*"|“[^”]*”|(?<!\w)'(?:[^'\\]|\\.)*'(?!\w)/gu;
const address = /[^\s@<>()[\],;:"]+@[^\s@<>()[\],;:"]+/gu;
/** Seven digits or more that belong together, as people write numbers; not the parts of a GUID or a time. */
const phone = /(?<![\w-])\+?\(?\d(?:[\s()./-]{0,2}\d){6,}(?![\w-])/gu;
const bearer = /\bBearer\s+\S+/giu;
/** Tokens, certificates, item ids. */
const blob = /[\w+/=-]{44,}/gu;
const userInfo = /(?<=\b[a-z][a-z+.-]*:\/\/)[^\s/@]+@/giu;
const query = /\?[^\s?]*=[^\s]*/gu;

const GONE = '[…]';
const LONGEST = 500;

/** For values of fields: what no key, code or path of ours looks like. */
export const scrubValue = (text: string): string =>
  text.replace(userInfo, GONE).replace(bearer, GONE).replace(address, GONE).slice(0, LONGEST);

/** For messages of errors that others wrote. At most 500 characters. */
export const scrubText = (text: string): string =>
  scrubValue(
    text
      .slice(0, 4 * LONGEST)
      .replace(query, GONE)
      .replace(quoted, GONE),
  )
    .replace(phone, GONE)
    .replace(blob, GONE);
