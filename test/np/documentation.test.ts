import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Field, startField } from '../conformance/nullplatform/deployments-setup.ts';
import { root } from '../repository/sources.ts';
import { installNp, type NpProgram } from './np-program.ts';

let field: Field;
let np: NpProgram;
beforeAll(async () => {
  [field, np] = await Promise.all([startField(), installNp()]);
});
afterAll(async () => {
  await field.close();
  await np.remove();
});

test('every line of shell in docs/nullplatform.md works as it is printed', async () => {
  const page = await readFile(join(root, 'docs/nullplatform.md'), 'utf8');
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, lines = '']) =>
    lines.replaceAll('http://127.0.0.1:4600', field.server.url),
  );
  const [byCurl = '', moving = '', byNp = '', bytes = '', ...others] = blocks;
  expect(others).toEqual([]);
  const [prepared = '', deployed = ''] = byCurl.split('\n\n');
  const watch = 'np deployment watch --no-output --id $DEPLOYMENT';
  const folder = join(field.server.data, 'documentation');
  await mkdir(folder);
  const { code, stdout, stderr } = await np.shell(
    [
      'set -eu',
      prepared,
      bytes,
      deployed,
      byNp.split('\n').find((line) => line.startsWith('export ')),
      // The first deployment ends by itself; the next two are moved by hand.
      `${watch} && echo; echo first`,
      byNp,
      'echo second',
      deployed,
      `${watch} --until running`,
      moving,
      `${watch} && echo third`,
    ].join('\n'),
    { folder },
  );
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/\nfirst\n[\s\S]*\nfinalized · 100 %[^\n]*\nsecond\n[\s\S]*\}third\n$/);
  const scope = (await field.server.api('/scope/5')).json;
  expect((await field.visit(scope)).text).toBe('hello');
});
