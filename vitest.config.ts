import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.ts';

const project = (name: string, options: object = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
});

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    projects: [
      project('unit', { isolate: false }),
      project('architecture'),
      project('conformance'),
      project('integration', { testTimeout: 30_000 }),
      project('e2e', { testTimeout: 120_000, hookTimeout: 60_000 }),
    ],
    coverage: { provider: 'v8', include: ['services/**', 'shared/**'], reporter: ['text-summary', 'json-summary'] },
  },
});
