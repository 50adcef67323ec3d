/** Item headers of a batch, as JSON text. Graph copies none from the batch to its items (graph.md 5). */
const IMMUTABLE = 'IdType="ImmutableId"';

/** Contact ids that survive a move (graph.md 1.8). */
export const immutable: string = JSON.stringify({ Prefer: IMMUTABLE });

/** With pages of that size: `$top` was seen to cap the whole round (graph.md 1.5, 2.1). */
export const paged = (size: number): string => JSON.stringify({ Prefer: `${IMMUTABLE}, odata.maxpagesize=${size}` });

/** A write with a JSON body: one without a content type fails its whole batch (graph.md 12.12). */
export const jsonBody: string = JSON.stringify({ Prefer: IMMUTABLE, 'Content-Type': 'application/json' });

const withJson = jsonBody.slice(0, -1);
const without = immutable.slice(0, -1);

/** A write of JSON to the version that the etag names. */
export const jsonIfMatch = (etag: string): string => `${withJson},"If-Match":${JSON.stringify(etag)}}`;

/** A deletion of the version that the etag names. */
export const ifMatch = (etag: string): string => `${without},"If-Match":${JSON.stringify(etag)}}`;

/** A photo's bytes, base64 in the batch. */
export const jpegBody: string = JSON.stringify({ 'Content-Type': 'image/jpeg' });

/** Directory queries beyond the simple ones (graph.md 7.1). */
export const eventual: string = JSON.stringify({ ConsistencyLevel: 'eventual' });
