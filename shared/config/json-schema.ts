import { z } from 'zod';
import { configSchema } from './schema.ts';

/** The published JSON Schema of the configuration file, as text with a line end. */
export function jsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' });
  return `${JSON.stringify({ ...schema, title: 'cardwire.config' }, null, 2)}\n`;
}
