import { expect, test } from 'vitest';
import { EndpointHealth, healthPeriodMs } from '../../../services/graph-simulator/subscriptions/endpoint-health.ts';

const url = 'https://hook.example/a';

function answers(health: EndpointHealth, count: number, durationMs: number, now: number): void {
  for (let index = 0; index < count; index++) health.answered(url, durationMs, now);
}

test('graph.md 3.6: more than 10 % above 3 s make a host slow for the next ten minutes, and no longer', () => {
  const health = new EndpointHealth();
  answers(health, 89, 20, 0);
  answers(health, 11, 3100, 0);
  expect(health.of(url, healthPeriodMs - 1)).toBe('good');
  expect(health.of('https://hook.example/b', healthPeriodMs)).toBe('slow');
  expect(health.of('https://other.example/a', healthPeriodMs)).toBe('good');
  answers(health, 100, 20, healthPeriodMs + 1);
  expect(health.of(url, 2 * healthPeriodMs)).toBe('good');
});

test('graph.md 3.6: exactly 10 % are not too many', () => {
  const health = new EndpointHealth();
  answers(health, 90, 20, 0);
  answers(health, 10, 3100, 0);
  expect(health.of(url, healthPeriodMs)).toBe('good');
});

test('graph.md 3.6: more than 15 % above 10 s drop what is sent for ten minutes; then a trial decides', () => {
  const health = new EndpointHealth();
  answers(health, 84, 20, 0);
  answers(health, 16, 10_000, 0);
  expect(health.of(url, healthPeriodMs)).toBe('drop');
  expect(health.of(url, 2 * healthPeriodMs)).toBe('good');
  answers(health, 1, 10_000, 2 * healthPeriodMs);
  expect(health.of(url, 3 * healthPeriodMs)).toBe('drop');
});
