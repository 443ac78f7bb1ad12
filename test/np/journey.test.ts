import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Field, startField } from '../conformance/nullplatform/deployments-setup.ts';
import { keys } from '../conformance/nullplatform/setup.ts';
import { sampleBundle } from '../harness/sample-bundle.ts';
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

/** From a checkout to a release, as a pipeline does it; ends with the release's id in $RELEASE. */
const build = (version: string) => `
  set -eu
  git commit -q --allow-empty -m 'Version ${version}'
  np build start --no-output
  np asset push --type bundle --source ${version}.tar.gz --no-output
  np build update --status successful --no-output
  APPLICATION=$(np application current --query .id)
  BUILD=$(np build list --application_id $APPLICATION --limit 1 --query '.results[0].id')
  RELEASE=$(np release create --query .id --body '{
    "status":"active",
    "build_id": "'$BUILD'",
    application_id: '$APPLICATION',
    semver: ${version}, //Usually you can check the last release and use the next semver
  }')
  create() {
    np deployment create --query .id --body '{
      "scope_id": "5",
      "release_id": "'$RELEASE'",
      "asset_name": "main" //Optional if the scope has not be deployed before you can see the available assets from build
    }'
  }
`;

test('a version goes from a checkout to production, and the next one takes over, by np alone', async () => {
  const folder = join(field.server.data, 'checkout');
  await mkdir(folder);
  for (const version of ['1.0.0', '1.1.0']) {
    await writeFile(join(folder, `${version}.tar.gz`), await sampleBundle({ version }));
  }
  const env = {
    NULLPLATFORM_HOST: new URL(field.server.url).host,
    NULLPLATFORM_API_KEY: keys.admin,
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.com',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const shell = (lines: string) => np.shell(lines, { folder, env });
  const scope = (await field.server.api('/scope/5')).json;

  await shell('git init -q -b main && git remote add origin git@git.example.com:acme/storefront.git');
  const first = await shell(`${build('1.0.0')}
    np deployment watch --id $(create)`);
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('SHA-256')]);
  expect(first.stdout).toMatch(/^deployment \d+: 1\.0\.0 to production, .* \(initial\)\n/);
  expect(first.stdout).toMatch(
    /\nfinalized · 100 % of the traffic on the new version · 2 of 2 instances healthy\n$/,
  );
  expect((await field.visit(scope)).text).toBe('1.0.0');

  const second = await shell(`${build('1.1.0')}
    DEPLOYMENT=$(create)
    np deployment watch --id $DEPLOYMENT --until running --query .strategy_data.switched_traffic
    np deployment patch --id $DEPLOYMENT --body '{
    "status": "finalizing"
    }'
    np deployment watch --id $DEPLOYMENT --no-output && np deployment read --id $DEPLOYMENT --query .status`);
  expect([second.code, second.stdout]).toEqual([0, '0\nfinalized\n']);
  expect(second.stderr).toContain('running · 0 % of the traffic on the new version');
  expect((await field.visit(scope)).text).toBe('1.1.0');
}, 180_000);
