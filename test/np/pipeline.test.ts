import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keys, type NullplatformServer, startNullplatform } from '../conformance/nullplatform/setup.ts';
import { sampleBundle } from '../harness/sample-bundle.ts';
import { runNp } from './run-np.ts';

let server: NullplatformServer;
let folder: string;
beforeAll(async () => {
  server = await startNullplatform();
  folder = join(server.data, 'checkout');
  await mkdir(folder);
});
afterAll(() => server.close());

/** What a run on GitHub says of itself; the repository is that of application 4. */
const onGitHub = (sha: string) => ({
  GITHUB_SERVER_URL: 'https://git.example.com',
  GITHUB_REPOSITORY: 'acme/storefront',
  GITHUB_SHA: sha,
  GITHUB_REF_NAME: 'main',
});

const np = (words: string[], env: Readonly<Record<string, string>> = {}) =>
  runNp(words, { folder, env: { NP_API_BASE: server.url, NULLPLATFORM_API_KEY: keys.ci, ...env } });

async function json(words: string[], env: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await np(words, env);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

test('np application current finds the application of the repository, however its address is spelt', async () => {
  for (const url of [
    'https://git.example.com/acme/storefront',
    'https://robot:secret@git.example.com/acme/storefront.git',
    'git@git.example.com:acme/storefront.git',
  ]) {
    expect(await json(['application', 'current', '--repository_url', url])).toMatchObject({ id: 4 });
  }
  const { code, stderr } = await np(['application', 'current', '--repository_url', 'https://h/nobody']);
  expect([code, stderr]).toEqual([1, 'No application has the repository https://h/nobody\n']);
});

describe('builds', () => {
  test('np build start registers what CI runs, and np build update ends that build', async () => {
    const build = await json(['build', 'start', '--description', 'Fix login'], onGitHub('start01'));
    expect(build).toMatchObject({
      application_id: 4,
      status: 'in_progress',
      commit: { id: 'start01', permalink: 'https://git.example.com/acme/storefront/commit/start01' },
      branch: 'main',
      description: 'Fix login',
    });
    const ended = await json(['build', 'update', '--status', 'successful'], onGitHub('start01'));
    expect(ended).toEqual({ id: build.id, status: 'successful' });
    expect((await server.api(`/build/${build.id}`)).json.status).toBe('successful');
    const again = await np(['build', 'update', '--status', 'failed'], onGitHub('start01'));
    expect([again.code, again.stderr]).toEqual([
      1,
      'Application 4 has no build of the commit start01 on the branch main that is in_progress\n',
    ]);
  });

  test('np build update by id needs nothing else', async () => {
    const { id } = await json(['build', 'start', '--application-id', '4', '--commit.id', 'start02']);
    expect(await json(['build', 'update', '--id', String(id), '--status', 'failed'])).toMatchObject({ id });
  });

  test('where nobody knows the commit, it says so', async () => {
    const { code, stderr } = await np(['build', 'start', '--application_id', '4'], { GIT_DIR: '/nowhere' });
    expect([code, stderr]).toEqual([1, 'No commit is known here: say it by --commit.id\n']);
  });
});

describe('np asset push', () => {
  let buildId: number;
  beforeAll(async () => {
    buildId = (await json(['build', 'start'], onGitHub('push01'))).id;
  });
  const push = (...words: string[]) => ['asset', 'push', '--build_id', String(buildId), ...words];

  test('a bundle is streamed into the store, and its asset names it with its hash', async () => {
    const bundle = await sampleBundle({ version: '1' });
    await writeFile(join(folder, 'app.tar.gz'), bundle);
    const words = ['asset', 'push', '--type', 'bundle', '--source', 'app.tar.gz'];
    const { code, stdout, stderr } = await np(words, onGitHub('push01'));
    const asset = JSON.parse(stdout);
    expect([code, asset.build_id, asset.name, asset.type]).toEqual([0, buildId, 'main', 'bundle']);
    expect(asset.metadata.sha256).toMatch(/^[0-9a-f]{64}$/);
    const size = `${(bundle.length / 1000).toFixed(1)} kB`;
    expect(stderr).toBe(`Pushed ${size}, SHA-256 ${asset.metadata.sha256}\n`);
    expect(new URL(asset.url).search).toBe('');
  });

  test('a folder, a missing file and what is no archive are refused before anything is called', async () => {
    await mkdir(join(folder, 'app'), { recursive: true });
    await writeFile(join(folder, 'text.zip'), 'no zip');
    const refusal = async (source: string) => {
      const { code, stderr } = await np(push('--type', 'bundle', '--source', source), {
        NP_API_BASE: 'http://127.0.0.1:1',
      });
      return [code, stderr];
    };
    expect(await refusal('app')).toEqual([2, expect.stringContaining('tar -czf bundle.tar.gz -C app .')]);
    expect(await refusal('none.zip')).toEqual([
      2,
      expect.stringContaining('none.zip cannot be read (ENOENT)'),
    ]);
    expect(await refusal('text.zip')).toEqual([2, expect.stringContaining('neither a zip nor a tar.gz')]);
  });

  /** A docker that has one image and writes down what it is told. */
  async function fakeEngine(
    name: string,
    image: string,
    pushStatus = 0,
  ): Promise<{ PATH: string; log: string }> {
    const bin = join(server.data, `${name}-${image}-${pushStatus}`);
    await mkdir(bin, { recursive: true });
    const log = join(bin, 'log');
    const script = `#!/bin/sh
echo "$@" >> '${log}'
case "$1" in
  image) [ "$5" = '${image}' ] ;;
  push) echo 'pushing layers'; exit ${pushStatus} ;;
esac
`;
    await writeFile(join(bin, name), script);
    await chmod(join(bin, name), 0o755);
    return { PATH: bin, log };
  }

  test.each(['docker', 'podman'])(
    'an image is tagged and pushed by %s, and then registered',
    async (engine) => {
      const { PATH, log } = await fakeEngine(engine, 'app');
      const url = `registry.example.com/${engine}:push01`;
      const words = push('--type', 'docker-image', '--source', 'app', '--url', url, '--name', engine);
      const { code, stdout, stderr } = await np(words, { PATH });
      expect([code, JSON.parse(stdout).url]).toEqual([0, url]);
      expect(stderr).toBe(`pushing layers\nPushed ${url}\n`);
      expect((await readFile(log, 'utf8')).split('\n').slice(1)).toEqual([
        `tag app ${url}`,
        `push ${url}`,
        '',
      ]);
    },
  );

  test('a push that fails registers nothing', async () => {
    const { PATH } = await fakeEngine('docker', 'app', 1);
    const { code, stderr } = await np(push('--type', 'docker-image', '--source', 'app', '--name', 'x'), {
      PATH,
    });
    expect([code, stderr]).toEqual([
      1,
      'pushing layers\ndocker could not push app; nothing was registered\n',
    ]);
    expect((await server.api(`/asset?build_id=${buildId}&name=x`)).json.results).toEqual([]);
  });

  test('without an engine, or without the image, it is registered only, and says so', async () => {
    const words = (name: string) =>
      push('--type', 'docker-image', '--source', 'r.example.com/a:1', '--name', name);
    const without = await np(words('without'), { PATH: join(server.data, 'nothing') });
    expect([without.code, JSON.parse(without.stdout).url]).toEqual([0, 'r.example.com/a:1']);
    expect(without.stderr).toBe(
      'Nothing was pushed, r.example.com/a:1 is registered only: neither docker nor podman is on this machine\n',
    );
    const { PATH } = await fakeEngine('docker', 'another');
    expect((await np(words('absent'), { PATH })).stderr).toContain(
      'docker has no image r.example.com/a:1 here',
    );
  });
});
