import type { GraphAnswer } from './wire.ts';

/** A refusal in Graph's terms. Thrown inside the engine only; `handle` turns it into the error envelope (graph.md 6). */
export class GraphFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** The envelope without `innerError`: ids and dates of the exchange belong to the shell, and Outlook often leaves it out (graph.md 12.7). */
export function faultAnswer(fault: GraphFault): GraphAnswer {
  return {
    status: fault.status,
    headers: fault.headers,
    body: { error: { code: fault.code, message: fault.message } },
  };
}

/** 404 for an item or folder that is not where it was looked for (graph.md 6). */
export function itemNotFound(): GraphFault {
  return new GraphFault(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
}

/** 400 for a path that leads nowhere. */
export function unknownSegment(segment: string): GraphFault {
  return new GraphFault(400, 'BadRequest', `Resource not found for the segment '${segment}'.`);
}

/** Throws the 400 of `unknownSegment` when a path goes on where it must end. */
export function endOfPath(below: readonly string[]): void {
  if (below[0] !== undefined) throw unknownSegment(below[0]);
}

/** 405 on an Outlook resource (graph.md 12.11). */
export function wrongVerb(): GraphFault {
  return new GraphFault(405, 'ErrorInvalidRequest', 'The OData request is not supported.');
}

/** 405 on a directory resource (graph.md 12.11). */
export function wrongDirectoryVerb(): GraphFault {
  return new GraphFault(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.');
}

/** 400 for a body that does not fit the type (graph.md 1.2). */
export function undeserializable(detail: string): GraphFault {
  return new GraphFault(400, 'UnableToDeserializePostBody', `were unable to deserialize ${detail}`);
}
