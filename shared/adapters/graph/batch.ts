import { type GraphAnswer, type GraphRequest, isRecord, noAnswer } from './request.ts';

/** Graph takes no more items in one batch (graph.md 5). */
export const BATCH_SIZE = 20;

const item = ({ method, url, headers, body }: GraphRequest, index: number): string =>
  `{"id":"${index}","method":"${method}","url":${JSON.stringify(url)}${headers ? `,"headers":${headers}` : ''}${
    body === undefined ? '' : `,"body":${body}`
  }}`;

/** The batch's JSON text. Items are named by plain numbers: names are compared without regard to case (F40). */
export const batchBody = (requests: readonly GraphRequest[]): string =>
  `{"requests":[${requests.map(item).join(',')}]}`;

/**
 * The items' answers in the order of the requests, found by id and never by place (F40). An item without an answer, or
 * with one that makes no sense, has status 0.
 */
export function batchAnswers(body: unknown, count: number): readonly GraphAnswer[] {
  const answers = new Array<GraphAnswer>(count).fill(noAnswer);
  const responses: unknown = isRecord(body) ? body['responses'] : undefined;
  for (const response of Array.isArray(responses) ? (responses as unknown[]) : []) {
    if (!isRecord(response) || typeof response['status'] !== 'number') continue;
    const index = Number(response['id']);
    if (!(index in answers)) continue;
    const headers = isRecord(response['headers']) ? response['headers'] : {};
    answers[index] = { status: response['status'], headers, body: response['body'] };
  }
  return answers;
}
