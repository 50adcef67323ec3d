import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';

export interface Address {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** A server could not open its port. The message is for an administrator: what is wrong and how to mend it. */
export class ListenFailed extends Error {
  override readonly name = 'ListenFailed';
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';

function remedy(code: string, { host, port }: Address, setting: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken by another program. Stop that program, or set ${setting} to a free port.`;
    case 'EACCES':
      return `This account may not open port ${port} on ${host}. Set ${setting} to a port above 1023, or allow the account to.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `This machine has no address ${host}. Set ${setting} to an address of this machine, 127.0.0.1 or 0.0.0.0.`;
    default:
      return `Port ${port} on ${host} cannot be opened (${code}). Check ${setting}.`;
  }
}

/**
 * Opens the server's port. `setting` is the configuration key that an administrator would change.
 * @returns the origin, such as `http://127.0.0.1:8080`, with the port that was really opened
 * @throws ListenFailed
 */
export async function listen(server: Server, address: Address, setting: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error) => {
      const code = codeOf(error);
      reject(new ListenFailed(code, remedy(code, address, setting), { cause: error }));
    };
    server.once('error', failed);
    server.listen(address.port, address.host, () => {
      server.off('error', failed);
      resolve();
    });
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : address.port;
  return `http://${isIPv6(address.host) ? `[${address.host}]` : address.host}:${port}`;
}
