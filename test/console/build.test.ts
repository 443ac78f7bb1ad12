import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { buildConsole } from '../harness/console.ts';

let folder: string;
let page: string;

beforeAll(async () => {
  folder = await buildConsole();
  page = await readFile(join(folder, 'index.html'), 'utf8');
});

test('the first view needs at most 40 KB of gzipped JavaScript', async () => {
  const scripts = [...page.matchAll(/(?:src|href)="\/console\/([^"]+\.js)"/g)].map(([, file]) => file ?? '');
  expect(scripts).not.toEqual([]);
  let size = 0;
  for (const script of scripts) size += gzipSync(await readFile(join(folder, script))).length;
  expect(size).toBeLessThan(40_000);
});

test('the page has no script and no style of its own, which a strict content security policy would refuse', () => {
  expect(page).not.toMatch(/<style/);
  expect(page).not.toMatch(/\son\w+=/);
  for (const [, attributes, body] of page.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)) {
    expect(attributes).toContain('src="/console/');
    expect(body).toBe('');
  }
});

test('styles load nothing from elsewhere', async () => {
  const styles = (await readdir(join(folder, 'assets'))).filter((file) => file.endsWith('.css'));
  expect(styles).not.toEqual([]);
  for (const file of styles) {
    expect(await readFile(join(folder, 'assets', file), 'utf8')).not.toMatch(
      /@import|url\((?!["']?\/console\/)/,
    );
  }
});
