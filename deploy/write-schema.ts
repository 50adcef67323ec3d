import { writeFileSync } from 'node:fs';
import { jsonSchema } from '#config/json-schema';

writeFileSync(new URL('./cardwire.config.schema.json', import.meta.url), jsonSchema());
