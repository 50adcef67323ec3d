import { LineCounter, parseDocument } from 'yaml';

/** What a text in YAML, and with it JSON, says; or why it cannot be read, with the line. */
export type YamlRead = { readonly value: unknown } | { readonly faults: readonly string[] };

/** The parser's own sentences quote the text, and a secret may stand in the very line; so they are said anew. */
const sentences: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'a text that begins with * or & must stand in quotes',
  BAD_ALIAS: 'a text that begins with * must stand in quotes',
  BAD_INDENT: 'the indentation is wrong',
  BAD_SCALAR_START: 'a text that begins with this character must stand in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a text that holds a colon and a blank must stand in quotes',
  DUPLICATE_KEY: 'the same key stands here a second time: remove one of the two',
  MISSING_CHAR: 'a closing quote, bracket or brace is missing, or a comma or colon',
  MULTIPLE_DOCS: 'a second document begins: remove ---',
  TAB_AS_INDENT: 'there is a tab: indent with blanks',
};

/** A deliberately small file can unfold to billions of entries. */
const MOST_ALIASES = 100;

/** Never throws, and quotes nothing of the text. */
export function readYaml(text: string): YamlRead {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0) {
    return {
      faults: document.errors.map(({ code, pos }) => {
        const line = Math.max(lines.linePos(pos[0]).line, 1);
        return `line ${line}: ${sentences[code] ?? 'this is no YAML: an editor that knows YAML shows why'}`;
      }),
    };
  }
  try {
    return { value: document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown };
  } catch {
    return { faults: ['a text begins with * and stands without quotes, or anchors unfold without end'] };
  }
}
