import { expect, test } from 'vitest';
import { commitPermalink, repositoryAddress } from './repository-url.ts';

test.each([
  ['https://git.example.com/acme/shop', 'https://git.example.com/acme/shop'],
  ['https://git.example.com/acme/shop.git/', 'https://git.example.com/acme/shop'],
  ['https://robot:secret@git.example.com/acme/shop.git', 'https://git.example.com/acme/shop'],
  ['git@git.example.com:acme/shop.git', 'https://git.example.com/acme/shop'],
  ['ssh://git@git.example.com:2222/acme/shop.git', 'https://git.example.com/acme/shop'],
])('%s is %s', (text, expected) => {
  expect(repositoryAddress(text)).toBe(expected);
});

test('GitLab keeps its commits behind a dash', () => {
  expect(commitPermalink('git@gitlab.com:acme/shop.git', 'c0')).toBe(
    'https://gitlab.com/acme/shop/-/commit/c0',
  );
  expect(commitPermalink('https://github.com/acme/shop', 'c0')).toBe(
    'https://github.com/acme/shop/commit/c0',
  );
});
