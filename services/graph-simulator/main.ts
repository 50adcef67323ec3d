import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { scenarioNames } from './scenarios/find-company.ts';
import { scenarioJsonSchema } from './scenarios/json-schema.ts';
import { type Simulator, startSimulator } from './service.ts';

/** Exit code for a command that cannot run as it is given. */
const badUsage = 2;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port > 65_535) throw new InvalidArgumentError('It must be a port: 0 to 65535, 0 for any free one.');
  return port;
}

interface Options {
  readonly port: number;
  readonly host: string;
  readonly scenario: string;
  readonly seed: number;
  readonly latency: number;
  readonly allowHttpWebhooks?: boolean;
  readonly certificate?: string;
  readonly tls?: boolean;
  readonly json?: boolean;
  readonly scenarioSchema?: boolean;
}

const command = new Command('simulator')
  .description('A stand-in for Microsoft Graph: users, groups, contacts, delta, subscriptions, batches.')
  .option('--port <port>', 'where to listen; 0 takes any free port', portNumber, 4310)
  .option('--host <host>', 'address to listen on', '127.0.0.1')
  .option('--scenario <name or file>', `company to simulate: ${scenarioNames.join(', ')}, or a JSON file`, 'default')
  .option('--seed <number>', 'the same seed gives the same company, ids and secrets', wholeNumber, 1)
  .option('--latency <ms>', 'how long each Graph call takes', wholeNumber, 0)
  .option('--allow-http-webhooks', 'let notifications go to http addresses (Graph itself takes https only)')
  .option('--certificate <file.pem>', 'certificate to register for log-in; the file may hold its key too')
  .option('--tls', 'serve https with a certificate made at start')
  .option('--json', 'print how to reach it as one line of JSON')
  .option('--scenario-schema', 'print the JSON Schema of scenario files and end')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : badUsage));

/** The sentence that a person can act on. */
function sentence(error: unknown, { port, host }: Options): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${host} is taken by another program: stop it, or choose another port with --port (0 takes any free one).`;
  if (code === 'EACCES') return `Port ${port} may not be opened by this user: choose one above 1023 with --port.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `This machine has no address ${host}: change --host.`;
  return error instanceof Error ? error.message : String(error);
}

async function certificateText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new Error(`The certificate file ${path} cannot be read: check the path after --certificate.`);
  }
}

async function describe(simulator: Simulator): Promise<string> {
  const { graphUrl, loginUrl, controlUrl, tenantId, clientId, clientSecret } = simulator;
  const lines = [
    'Graph simulator',
    `  Graph      ${graphUrl}/v1.0`,
    `  log-in     ${loginUrl}`,
    `  control    ${controlUrl}`,
    `  tenant     ${tenantId}`,
    `  client     ${clientId}   secret ${clientSecret}   (every permission)`,
    `  limited    ${simulator.limitedClientId}   secret ${simulator.limitedClientSecret}   (User.Read.All, GroupMember.Read.All)`,
  ];
  if (simulator.certificatePem !== undefined) {
    const file = join(tmpdir(), `graph-simulator-${new URL(graphUrl).port}.pem`);
    await writeFile(file, simulator.certificatePem);
    lines.push(`  trust      NODE_EXTRA_CA_CERTS=${file}`);
  }
  return [...lines, 'It keeps everything in memory and forgets it when it ends (Ctrl+C).'].join('\n');
}

/** The one line of `--json`; keys as documented, no address ends in a slash. */
function line(simulator: Simulator): string {
  const { graphUrl, loginUrl, controlUrl, tenantId, clientId, clientSecret, limitedClientId, limitedClientSecret } =
    simulator;
  return JSON.stringify({
    ...{ graphUrl, loginUrl, controlUrl, tenantId },
    ...{ clientId, clientSecret, limitedClientId, limitedClientSecret },
  });
}

async function serve(options: Options): Promise<void> {
  const { port, host, scenario, seed } = options;
  const certificatePem = options.certificate === undefined ? undefined : await certificateText(options.certificate);
  const simulator = await startSimulator({
    ...{ port, host, scenario, seed, latencyMs: options.latency },
    allowHttpWebhooks: options.allowHttpWebhooks ?? false,
    tls: options.tls ?? false,
    onFailure: (error) => console.error('The simulator failed at a request:', error),
    ...(certificatePem !== undefined && { certificatePem }),
  });
  console.log(options.json ? line(simulator) : await describe(simulator));
  const stop = (): void => void simulator.close().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

const options = command.parse().opts<Options>();
try {
  if (options.scenarioSchema) console.log(JSON.stringify(scenarioJsonSchema(), null, 2));
  else await serve(options);
} catch (error) {
  console.error(sentence(error, options));
  process.exit(badUsage);
}
