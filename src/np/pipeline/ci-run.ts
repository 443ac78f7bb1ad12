import type { Runtime } from '../runtime.ts';

/** What is known of one run of CI; what is not known is undefined. */
export interface CiRun {
  readonly repositoryUrl?: string | undefined;
  readonly commitId?: string | undefined;
  readonly branch?: string | undefined;
  readonly permalink?: string | undefined;
  readonly description?: string | undefined;
}

/** The variables in which services of CI say what they run; the first ones that are set count. */
const services: readonly Readonly<Record<keyof CiRun, readonly string[]>>[] = [
  {
    // GitHub: on a pull request the branch is the head's.
    repositoryUrl: [],
    commitId: ['GITHUB_SHA'],
    branch: ['GITHUB_HEAD_REF', 'GITHUB_REF_NAME'],
    permalink: [],
    description: [],
  },
  {
    // GitLab
    repositoryUrl: ['CI_PROJECT_URL'],
    commitId: ['CI_COMMIT_SHA'],
    branch: ['CI_COMMIT_REF_NAME'],
    permalink: [],
    description: ['CI_COMMIT_MESSAGE'],
  },
  {
    // Azure DevOps
    repositoryUrl: ['BUILD_REPOSITORY_URI'],
    commitId: ['BUILD_SOURCEVERSION'],
    branch: ['BUILD_SOURCEBRANCH'],
    permalink: [],
    description: ['BUILD_SOURCEVERSIONMESSAGE'],
  },
  {
    // Bitbucket
    repositoryUrl: ['BITBUCKET_GIT_HTTP_ORIGIN'],
    commitId: ['BITBUCKET_COMMIT'],
    branch: ['BITBUCKET_BRANCH'],
    permalink: [],
    description: [],
  },
  {
    // CircleCI
    repositoryUrl: ['CIRCLE_REPOSITORY_URL'],
    commitId: ['CIRCLE_SHA1'],
    branch: ['CIRCLE_BRANCH'],
    permalink: [],
    description: [],
  },
  {
    // Jenkins
    repositoryUrl: ['GIT_URL'],
    commitId: ['GIT_COMMIT'],
    branch: ['GIT_BRANCH'],
    permalink: [],
    description: [],
  },
];

/** What the variables of the service of CI say; nothing outside of one. */
export function ciRun(environment: Runtime['environment']): CiRun {
  const first = (names: readonly string[]) => names.map((name) => environment[name]).find(Boolean);
  const service = services.find(({ commitId }) => first(commitId) !== undefined);
  if (!service) return {};
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = environment;
  const onGitHub = GITHUB_REPOSITORY
    ? `${GITHUB_SERVER_URL ?? 'https://github.com'}/${GITHUB_REPOSITORY}`
    : undefined;
  return {
    repositoryUrl: first(service.repositoryUrl) ?? (service === services[0] ? onGitHub : undefined),
    commitId: first(service.commitId),
    branch: first(service.branch)?.replace(/^(refs\/heads\/|origin\/)/, ''),
    description: first(service.description),
  };
}
