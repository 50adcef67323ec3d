import { describe, expect, test } from 'vitest';
import { checkedRoot, cloudOf } from '#adapters/graph/clouds';
import { relativeLink } from '#adapters/graph/links';

const root = 'https://graph.microsoft.com';

describe('relativeLink', () => {
  test('keeps path and query as they came', () => {
    const rest = "/users('0b6f')/contactFolders('AA%2BMk')/contacts/delta?$deltatoken=R0us%2Bmci3'x";
    expect(relativeLink(root, `${root}/v1.0${rest}`)).toBe(rest);
    expect(relativeLink(root, `HTTPS://Graph.Microsoft.com/v1.0${rest}`)).toBe(rest);
  });

  test.each([
    'https://evil.example/v1.0/users',
    'https://graph.microsoft.com.evil.example/v1.0/users',
    'https://graph.microsoft.com@evil.example/v1.0/users',
    'http://graph.microsoft.com/v1.0/users',
    'https://graph.microsoft.com:444/v1.0/users',
    'https://graph.microsoft.com/beta/users',
    'https://graph.microsoft.com/v1.0/../beta/users',
    'https://graph.microsoft.com/v1.0/users/%2e%2e/%2e%2e/beta',
    'https://graph.microsoft.com/v1.0/us ers',
    'https://graph.microsoft.com/v1.0/users#x',
    '/v1.0/users',
    '',
  ])('a token does not follow %s', (link) => {
    expect(relativeLink(root, link)).toBeUndefined();
  });
});

describe('clouds', () => {
  test.each([
    ['global', 'https://graph.microsoft.com', 'https://login.microsoftonline.com', true],
    ['usgov', 'https://graph.microsoft.us', 'https://login.microsoftonline.us', true],
    ['dod', 'https://dod-graph.microsoft.us', 'https://login.microsoftonline.us', true],
    ['china', 'https://microsoftgraph.chinacloudapi.cn', 'https://login.chinacloudapi.cn', false],
  ] as const)('F-10, F-11: %s', (name, graph, login, contactDelta) => {
    expect(cloudOf(name, {})).toEqual({ graph, login, scope: `${graph}/.default`, contactDelta });
  });

  test('another root moves the hosts but not the scope', () => {
    expect(cloudOf('china', { graphUrl: 'http://127.0.0.1:4000/', loginUrl: 'http://localhost:4001' })).toEqual({
      graph: 'http://127.0.0.1:4000',
      login: 'http://localhost:4001',
      scope: 'https://microsoftgraph.chinacloudapi.cn/.default',
      contactDelta: false,
    });
  });

  test.each([
    'http://graph.example',
    'http://127.0.0.1.example',
    'http://10.0.0.1',
    'ftp://localhost',
    'https://graph.example/path',
    'nonsense',
  ])('%s is no root', (url) => {
    expect(() => checkedRoot(url)).toThrow();
  });
});
