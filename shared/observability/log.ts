import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { errorFacts } from './error-facts.ts';
import { type LogFacts, logFields } from './fields.ts';
import { scrubValue } from './scrub.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * The technical log. `text` is a fixed sentence of the code that says what happened; what varies goes into facts. Nothing
 * that names a person or opens a door: unknown fields are left out, errors are cleaned (promise 7, I21).
 */
export interface Log {
  debug(facts: LogFacts, text: string): void;
  info(facts: LogFacts, text: string): void;
  warn(facts: LogFacts, text: string): void;
  error(facts: LogFacts, text: string): void;
  /** A log whose every line has these facts, too. */
  child(facts: LogFacts): Log;
}

type Written = string | number | boolean | object;

function written(facts: LogFacts): Record<string, Written> {
  const result: Record<string, Written> = {};
  for (const name of logFields) {
    const value: unknown = facts[name];
    if (typeof value === 'string') result[name] = scrubValue(value);
    else if (typeof value === 'number' || typeof value === 'boolean') result[name] = value;
  }
  if (facts.err !== undefined) result['err'] = errorFacts(facts.err);
  return result;
}

class PinoLog implements Log {
  readonly #pino: Logger;

  constructor(logger: Logger) {
    this.#pino = logger;
  }

  #write(level: 'debug' | 'info' | 'warn' | 'error', facts: LogFacts, text: string): void {
    if (this.#pino.isLevelEnabled(level)) this.#pino[level](written(facts), scrubValue(text));
  }

  debug(facts: LogFacts, text: string): void {
    this.#write('debug', facts, text);
  }

  info(facts: LogFacts, text: string): void {
    this.#write('info', facts, text);
  }

  warn(facts: LogFacts, text: string): void {
    this.#write('warn', facts, text);
  }

  error(facts: LogFacts, text: string): void {
    this.#write('error', facts, text);
  }

  child(facts: LogFacts): Log {
    return new PinoLog(this.#pino.child(written(facts)));
  }
}

export interface LogOptions {
  readonly level: LogLevel;
  /** Standard error unless given: standard output belongs to results. */
  readonly to?: DestinationStream;
}

/** JSON lines `{level, time, msg, …}` with the level as a word and the time as ISO 8601. */
export function createLog({ level, to = destination({ dest: 2, sync: true }) }: LogOptions): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Pino's own would take the cleaned facts for an error and fold their causes into one text.
    serializers: { err: (facts: unknown) => facts },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return new PinoLog(pino(options, to));
}
