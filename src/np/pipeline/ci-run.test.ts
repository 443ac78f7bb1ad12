import { expect, test } from 'vitest';
import { ciRun } from './ci-run.ts';

test.each([
  [
    'GitHub',
    { GITHUB_SHA: 'c0', GITHUB_REF_NAME: 'main', GITHUB_REPOSITORY: 'acme/shop', GITHUB_HEAD_REF: '' },
    { commitId: 'c0', branch: 'main', repositoryUrl: 'https://github.com/acme/shop' },
  ],
  [
    'a pull request on GitHub',
    { GITHUB_SHA: 'c0', GITHUB_REF_NAME: '7/merge', GITHUB_HEAD_REF: 'feature' },
    { commitId: 'c0', branch: 'feature' },
  ],
  [
    'GitLab',
    {
      CI_COMMIT_SHA: 'c0',
      CI_COMMIT_REF_NAME: 'main',
      CI_PROJECT_URL: 'https://h/a',
      CI_COMMIT_MESSAGE: 'Fix',
    },
    { commitId: 'c0', branch: 'main', repositoryUrl: 'https://h/a', description: 'Fix' },
  ],
  [
    'Azure',
    { BUILD_SOURCEVERSION: 'c0', BUILD_SOURCEBRANCH: 'refs/heads/a/b' },
    { commitId: 'c0', branch: 'a/b' },
  ],
  ['Jenkins', { GIT_COMMIT: 'c0', GIT_BRANCH: 'origin/main', GIT_URL: 'git@h:a/b' }, { branch: 'main' }],
  ['no service', { HOME: '/root' }, {}],
])('%s', (_name, environment, expected) => {
  expect(ciRun(environment)).toMatchObject(expected);
});
