import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { sendJson } from './message.ts';

/** Answers one request; a rejection becomes a 400 without detail. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The parts of the one address that the simulator listens on. */
export interface Handlers {
  readonly graph: Handler;
  readonly login: Handler;
  readonly control: Handler;
}

/** A listening server. */
export interface Listening {
  /** Scheme, host and port, without a slash at the end. */
  readonly root: string;
  close(): Promise<void>;
}

/** Key and certificate, PEM. */
export interface TlsMaterial {
  readonly key: string;
  readonly cert: string;
}

/** Where the control interface lives. */
export const controlPath = '/_control';

function handlerFor(url: string, handlers: Handlers): Handler {
  if (url.startsWith('/v1.0') || url.startsWith('/beta')) return handlers.graph;
  if (url === controlPath || url.startsWith(`${controlPath}/`) || url.startsWith(`${controlPath}?`))
    return handlers.control;
  return handlers.login;
}

/**
 * Listens on one address for Graph, log-in and control.
 *
 * @param port 0 takes any free one
 * @throws the listening error of Node (code EADDRINUSE when the port is taken)
 */
export function listen(handlers: Handlers, port: number, host: string, tls?: TlsMaterial): Promise<Listening> {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    handlerFor(request.url ?? '/', handlers)(request, response).catch(() => {
      if (response.headersSent) request.socket.destroy();
      else sendJson(response, 400, { error: 'invalid_request', error_description: 'The request could not be read.' });
    });
  };
  // Generous limits: a client that sends a long query learns from Graph's error, not from a cut connection.
  const options = { maxHeaderSize: 64 * 1024, keepAliveTimeout: 60_000 };
  const server = tls ? https.createServer({ ...options, ...tls }, onRequest) : http.createServer(options, onRequest);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address() as AddressInfo;
      const name = host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host;
      resolve({
        root: `${tls ? 'https' : 'http'}://${name}:${address.port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}
