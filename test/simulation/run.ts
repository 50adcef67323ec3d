import { simulate } from '../support/simulation/simulate.ts';

const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : (process.argv[at + 1] ?? '');
};
const flag = (name: string): boolean => process.argv.includes(`--${name}`);

const first = Number(option('seed') ?? 1);
const count = Number(option('seeds') ?? 1);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const trace = flag('trace') ? say : undefined;

let seed = first;
process.on('unhandledRejection', (cause) => {
  say(`seed ${seed}: a rejection that nobody handled: ${cause instanceof Error ? cause.stack : String(cause)}`);
  process.exit(1);
});

const started = performance.now();
const faults: Record<string, number> = {};
let writes = 0;
const failed: number[] = [];
for (; seed < first + count; seed++) {
  const outcome = await simulate(seed, { calm: flag('calm'), ...(trace && { trace }) });
  writes += outcome.writes;
  for (const [kind, times] of Object.entries(outcome.faults)) faults[kind] = (faults[kind] ?? 0) + times;
  if (outcome.violations.length > 0) failed.push(seed);
  for (const violation of outcome.violations.slice(0, 5)) say(`seed ${seed}: ${violation}`);
  if (flag('verbose')) say(`seed ${seed}: ${JSON.stringify(outcome)}`);
}
const seconds = ((performance.now() - started) / 1000).toFixed(1);
say(
  `${count} seeds in ${seconds} s, ${writes} writes to mailboxes, ${Object.values(faults).reduce((a, b) => a + b, 0)} faults (${Object.entries(
    faults,
  )
    .map(([kind, times]) => `${kind} ${times}`)
    .join(', ')}): ${failed.length === 0 ? 'no violation' : `violations in seeds ${failed.join(', ')}`}.`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
