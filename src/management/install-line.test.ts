import { expect, test } from 'vitest';
import { installLine } from './install-line.ts';

const url = 'https://deploy.example.com';

test('a token for one host installs an agent under that name', () => {
  expect(installLine(url, 'tok', ['web-1'])).toBe(
    'curl -fsSL https://deploy.example.com/agent/install.sh | sh -s -- --token tok --name web-1',
  );
});

test.each([[['*']], [['web-*']], [['a', 'b']], [['a b; rm']]])(
  'a token for %j takes the machine’s own name',
  (hosts) => {
    expect(installLine(url, 'tok', hosts)).toMatch(/ --name "\$\(hostname\)"$/);
  },
);

test.each([
  ['http://127.0.0.1:4600', false],
  ['http://localhost:4600', false],
  ['http://[::1]:4600', false],
  ['https://deploy.example.com', false],
  ['http://deploy.example.com:4600', true],
])('plain HTTP to another machine is told to the agent: %s', (publicUrl, insecure) => {
  expect(installLine(publicUrl, 'tok', ['web-1']).endsWith(' --insecure')).toBe(insecure);
});
