import { findingsVariable } from './findings.ts';
import { observe } from './observer.ts';

// Loaded before the tests of a worker, and, through NODE_OPTIONS, before the programs that they start.
const folder = process.env[findingsVariable];
const mark = '--import=';
if (folder !== undefined) {
  observe(folder);
  const own = `${mark}${import.meta.url}`;
  const options = process.env['NODE_OPTIONS'] ?? '';
  if (!options.includes(own)) process.env['NODE_OPTIONS'] = `${options} ${own}`.trim();
}
