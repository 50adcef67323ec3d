import { Refused } from '#ports/errors';
import { type GraphAnswer, isRecord, json } from './request.ts';

type Json = Readonly<Record<string, unknown>>;

/** The entries of a collection answer. */
export function entries(answer: GraphAnswer): readonly Json[] {
  const value = json(answer)['value'];
  return Array.isArray(value) ? (value as unknown[]).filter(isRecord) : [];
}

/** A link of a collection answer, or undefined. */
export function linkOf(answer: GraphAnswer, name: '@odata.nextLink' | '@odata.deltaLink'): string | undefined {
  const link = json(answer)[name];
  return typeof link === 'string' ? link : undefined;
}

/** A link below the configured Graph root, or Refused: a token must not follow one that leads elsewhere. */
export function trusted(relative: string | undefined): string {
  if (relative === undefined) throw new Refused('ForeignLink', 'Graph answered a link that leads to another host');
  return relative;
}
