import http from 'node:http';
import https from 'node:https';

/** What a webhook answered. */
export interface WebhookAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Sends POST requests to webhooks over kept connections. */
export interface Outgoing {
  /**
   * @throws Error when nothing answers; its message is `timeout` when `timeoutMs` passed
   */
  post(url: string, body: string, contentType: string, timeoutMs: number): Promise<WebhookAnswer>;
  close(): void;
}

/** More of an answer than this is not read. */
const mostBytes = 64 * 1024;

/** A sender with connections of its own; `close` ends them. */
export function createOutgoing(): Outgoing {
  const agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: 64 }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: 64 }),
  };
  const post: Outgoing['post'] = (url, body, contentType, timeoutMs) =>
    new Promise((resolve, reject) => {
      const target = new URL(url);
      const secure = target.protocol === 'https:';
      const request = (secure ? https : http).request(target, {
        method: 'POST',
        agent: secure ? agents['https:'] : agents['http:'],
        headers: { 'content-type': contentType, 'content-length': Buffer.byteLength(body) },
      });
      const timer = setTimeout(() => request.destroy(new Error('timeout')), timeoutMs);
      const end = (act: () => void): void => {
        clearTimeout(timer);
        act();
      };
      request.on('error', (error) => end(() => reject(error)));
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= mostBytes) chunks.push(chunk);
        });
        response.on('error', (error) => end(() => reject(error)));
        response.on('end', () =>
          end(() =>
            resolve({
              status: response.statusCode ?? 0,
              contentType: response.headers['content-type'] ?? '',
              body: Buffer.concat(chunks).toString('utf8'),
            }),
          ),
        );
      });
      request.end(body);
    });
  return {
    post,
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}
