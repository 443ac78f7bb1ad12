import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { version } from '../../package.json';
import { installNp, type NpProgram } from './np-program.ts';
import { type RecordingApi, startRecordingApi } from './recording-api.ts';

let np: NpProgram;
let api: RecordingApi;
beforeAll(async () => {
  [np, api] = await Promise.all([installNp(), startRecordingApi()]);
});
afterAll(async () => {
  await Promise.all([np.remove(), api.close()]);
});

test('np is a program of its own, in one file', async () => {
  expect(await np.shell('np version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('every level has its help', async () => {
  const { stdout } = await np.shell('np --help; np deployment --help; np deployment create --help');
  expect(stdout).toContain('deployment           create, patch, read, list, watch');
  expect(stdout).toContain('Usage: np deployment <action> [flags]');
  expect(stdout).toContain('Calls POST /deployment');
  expect(stdout).toContain(`np deployment create --body '{ "scope_id": 5, "release_id": 7 }' --query .id`);
});

test('a resource without an action shows what it has, as wrong usage', async () => {
  const { code, stdout, stderr } = await np.shell('np build');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('Usage: np build <action>');
});

test('the shell evaluates what --format bash prints', async () => {
  api.clear();
  api.answer(() => ({ json: { id: 6, status: `it's $(exit 1)` } }));
  const { stdout } = await np.shell(
    'eval "$(np deployment read --id 6 --format bash --bash-prefix D)"; echo "$D_ID: $D_STATUS"',
    { env: { NP_API_BASE: api.url, NP_TOKEN: 'mine' } },
  );
  expect(stdout).toBe("6: it's $(exit 1)\n");
});

test('what --format bash prints never sets what np itself reads', async () => {
  api.clear();
  api.answer(() => ({
    json: { metadata: { api_base: 'http://127.0.0.1:1', token: 'theirs', team: 'web' } },
  }));
  const { stdout, stderr } = await np.shell(
    'eval "$(np build read --id 6 --query .metadata --format bash)"; echo "$NP_API_BASE $NP_TOKEN $NP_TEAM"',
    { env: { NP_API_BASE: api.url, NP_TOKEN: 'mine' } },
  );
  expect([stdout, stderr]).toEqual([`${api.url} mine web\n`, '']);
});

test('a body comes through a pipe', async () => {
  api.clear();
  const { code } = await np.shell(`echo '{ status: "cancelling" }' | np deployment patch --id 6 --body -`, {
    env: { NP_API_BASE: api.url, NP_TOKEN: 'mine' },
  });
  expect([code, api.requests[0]?.body]).toEqual([0, '{"status":"cancelling"}']);
});

test('a reader that goes early is no error', async () => {
  api.clear();
  api.answer(() => ({ json: { results: Array.from({ length: 20_000 }, (_, id) => ({ id })) } }));
  const { stderr } = await np.shell('np build list --application_id 4 | head -1', {
    env: { NP_API_BASE: api.url, NP_TOKEN: 'mine' },
  });
  expect(stderr).toBe('');
});

test('bash completes words, flags and values', async () => {
  const complete = (line: string) =>
    `COMP_LINE='${line}' COMP_POINT=${line.length} COMPREPLY=(); _np; echo "\${COMPREPLY[@]}"`;
  const { stdout } = await np.shell(
    [
      'source <(np completion bash)',
      complete('np dep'),
      complete('np deployment '),
      complete('np deployment read --id 6 --fo'),
      complete('np deployment read --format '),
    ].join('\n'),
  );
  expect(stdout.split('\n').slice(0, 4)).toEqual([
    'deployment deployment-group deployment-strategy',
    'create patch read list watch',
    '--format',
    'json bash',
  ]);
});

const isThere = (shell: string) => spawnSync(shell, ['--version']).status === 0;

test.skipIf(!isThere('fish'))('fish completes words, and files only where there are none', async () => {
  const ask = (line: string) => `complete -C '${line}' | string join ' '; echo`;
  const { stdout } = await np.shell(
    `touch body.json; fish --no-config -c "np completion fish | source; ${ask('np deployment ')}; ${ask('np api-key create --body bo')}"`,
  );
  expect(stdout.trim().split(/\n+/)).toEqual(['create list patch read watch', 'body.json']);
});

test('the scripts of the other shells ask the same program', async () => {
  for (const shell of ['zsh', 'fish']) {
    expect((await np.shell(`np completion ${shell}`)).stdout).toContain('np __propose');
  }
  expect((await np.shell('np completion')).code).toBe(2);
});
