import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseMetadata } from './csdl-parser.ts';
import { parseDeclarations } from './dts-parser.ts';
import type { Model, Property } from './model.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Where Graph's metadata and the examples of its documentation may lie; they are no part of this project. */
export const schemaFolder = path.resolve(root, process.env['CARDWIRE_GRAPH_SCHEMAS'] ?? '../shared/graph');

/** A file of that folder, or undefined where it is not there. */
export function schemaFile(name: string): string | undefined {
  const file = path.join(schemaFolder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

const address: Property = { type: { kind: 'named', name: 'emailAddress' }, nullable: true };
const texts: Property = { type: { kind: 'list', of: { kind: 'primitive', name: 'string' } }, nullable: false };

/** What Graph's metadata has and the package leaves out. */
const leftOut: Readonly<Record<string, Readonly<Record<string, Property>>>> = {
  contact: { primaryEmailAddress: address, secondaryEmailAddress: address, tertiaryEmailAddress: address },
  group: { resourceProvisioningOptions: texts },
};

function completed(model: Model): Model {
  const structs = new Map(model.structs);
  for (const [type, more] of Object.entries(leftOut)) {
    const struct = structs.get(type);
    if (!struct) continue;
    structs.set(type, { ...struct, properties: new Map([...struct.properties, ...Object.entries(more)]) });
  }
  return { ...model, structs };
}

/** Types from the npm package, which every clone has. */
export function declarations(): Model {
  const file = path.join(root, 'node_modules/@microsoft/microsoft-graph-types/microsoft-graph.d.ts');
  return completed(parseDeclarations(readFileSync(file, 'utf8')));
}

/** Types from the metadata, where it is. */
export function metadata(): Model | undefined {
  const text = schemaFile('v1.0-subset.csdl');
  return text === undefined ? undefined : parseMetadata(text);
}

let loaded: readonly Model[] | undefined;

/** All sources there are; an answer must fit each. Read once. */
export function models(): readonly Model[] {
  loaded ??= [declarations(), metadata()].filter((model) => model !== undefined);
  return loaded;
}
