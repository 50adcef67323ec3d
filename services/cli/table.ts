/** Columns of text, aligned; the first row is the heading. Numbers are aligned to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const texts = rows.map((row) => row.map(String));
  const widths = (texts[0] ?? []).map((_, column) => Math.max(...texts.map((row) => width(row[column] ?? ''))));
  return texts
    .map((row) =>
      row
        .map((cell, column) => {
          const space = ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell)));
          return /^[\d.,]+( ms| s| %)?$/.test(cell) ? space + cell : cell + space;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Control characters could move a terminal's cursor: people's names come from mailboxes that anybody may write. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, '');

const width = (text: string): number => [...text].length;

/** `2.3 s`, `450 ms`. */
export const shortMs = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

export const when = (ms: number): string =>
  ms === 0 ? 'never' : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
