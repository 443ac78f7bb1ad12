import type { BodyKey, Command, Flag } from '../command.ts';
import { filters, includeFlag, pageFlags } from './common-flags.ts';

const releaseChanges: readonly BodyKey[] = [
  { name: 'status', brief: '"active", "pending", "deprecated" or "failed"' },
  { name: 'metadata', brief: 'an object' },
];

const findApplication: readonly Flag[] = [
  { name: 'application_id', brief: 'The application; default the one of the repository' },
  {
    name: 'repository_url',
    aliases: ['repository'],
    brief: 'The repository; default what CI or git says',
  },
  {
    name: 'repository_app_path',
    aliases: ['path'],
    brief: 'The folder of the application in a repository with several',
  },
];

const ofCommit: readonly Flag[] = [
  { name: 'commit.id', aliases: ['commit-sha'], brief: 'The commit; default what CI or git says' },
  { name: 'branch', brief: 'The branch; default what CI or git says' },
];

const currentStatus: Flag = {
  name: 'current_status',
  aliases: ['current-build-status'],
  brief: 'The status of the build that is meant (default in_progress)',
  values: ['pending', 'in_progress', 'successful', 'failed'],
};

/** Builds, their assets, and releases (contract nullplatform 3.6 to 3.9, 6.4). */
export const buildCommands: readonly Command[] = [
  {
    words: 'build list',
    brief: 'List the builds of applications',
    method: 'GET',
    path: '/build',
    flags: [
      ...filters(
        ['status', 'branch', 'commit.id', 'commit.permalink', 'description', 'id'],
        'application_id',
      ),
      ...pageFlags,
    ],
    example: '--application_id 4 --branch main --status successful --limit 1',
  },
  {
    words: 'build read',
    brief: 'Read one build',
    method: 'GET',
    path: '/build/:id',
    flags: [includeFlag],
    example: '--id 991',
  },
  {
    words: 'build create',
    brief: 'Register a run of CI',
    method: 'POST',
    path: '/build',
    body: [
      { name: 'application_id', brief: 'whose', isRequired: true },
      { name: 'commit', brief: '{ "id": …, "permalink": … }', isRequired: true },
      { name: 'branch', brief: 'the branch' },
      { name: 'description', brief: 'at most 2000 letters' },
      { name: 'status', brief: 'default "pending"' },
    ],
    example: `--body '{ "application_id": 4, "commit": { "id": "75083ad" }, "branch": "main" }'`,
  },
  {
    words: 'build patch',
    brief: 'Move a build on',
    method: 'PATCH',
    path: '/build/:id',
    body: [{ name: 'status', brief: '"in_progress", "successful" or "failed"', isRequired: true }],
    example: `--id 991 --body '{ "status": "successful" }'`,
  },
  {
    words: 'build start',
    brief: 'Begin a build from what CI says: application, commit, branch',
    method: 'POST',
    path: '/build',
    flags: [
      ...findApplication,
      ...ofCommit,
      { name: 'commit.permalink', aliases: ['commit-permalink'], brief: 'The address of the commit' },
      { name: 'description', brief: 'Default the message of the commit' },
    ],
    example: '--query .id',
    does: 'build-start',
  },
  {
    words: 'build update',
    brief: 'End a build, found by its id or by application, commit and branch',
    method: 'PATCH',
    path: '/build/:id',
    flags: [
      {
        name: 'status',
        brief: 'The new status',
        values: ['successful', 'failed', 'in_progress'],
        isRequired: true,
      },
      { name: 'id', brief: 'The build; default the newest of the commit and branch' },
      ...findApplication,
      ...ofCommit,
      currentStatus,
    ],
    example: '--status successful',
    does: 'build-update',
  },
  {
    words: 'build asset-url create',
    brief: 'An address that takes the bytes of an asset, by PUT',
    method: 'POST',
    path: '/build/:id/asset_url',
    body: [],
    defaultBody: {},
    example: '--id 991 --query .url',
  },
  {
    words: 'asset list',
    brief: 'List the assets of builds',
    method: 'GET',
    path: '/asset',
    flags: [...filters(['name', 'type', 'id'], 'build_id'), ...pageFlags],
    example: '--build_id 991',
  },
  {
    words: 'asset read',
    brief: 'Read one asset',
    method: 'GET',
    path: '/asset/:id',
    example: '--id 668494956',
  },
  {
    words: 'asset create',
    brief: 'Register an asset of a build',
    method: 'POST',
    path: '/asset',
    body: [
      { name: 'build_id', brief: 'whose', isRequired: true },
      { name: 'type', brief: '"docker-image", "bundle" or "lambda"', isRequired: true },
      { name: 'name', brief: 'default "main"' },
      { name: 'url', brief: 'where it is' },
      { name: 'platform', brief: 'what it runs on' },
      { name: 'metadata', brief: '{ "sha256": … } is verified on the hosts' },
    ],
    example: `--body '{ "build_id": 991, "type": "docker-image", "url": "registry/app:75083ad" }'`,
  },
  {
    words: 'asset push',
    brief: 'Push an image or a bundle, and register it as an asset of a build',
    method: 'POST',
    path: '/asset',
    flags: [
      {
        name: 'type',
        brief: 'What it is',
        values: ['docker-image', 'bundle', 'lambda'],
        isRequired: true,
      },
      { name: 'source', brief: 'The image, or the file of the bundle (zip or tar.gz)' },
      { name: 'url', brief: 'Where the image is pushed to, or where the asset is already' },
      { name: 'name', brief: 'The name in the build (default main)' },
      { name: 'platform', brief: 'What it runs on' },
      { name: 'no-push', brief: 'Register only', isSwitch: true },
      { name: 'no-login', brief: 'As it is: the engine pushes with the logins that it has', isSwitch: true },
      { name: 'build_id', brief: 'The build; default the newest of the commit and branch' },
      ...findApplication,
      ...ofCommit,
      currentStatus,
    ],
    example: '--type docker-image --source registry.example.com/app:75083ad',
    does: 'asset-push',
  },
  {
    words: 'release create',
    brief: 'Make a release from a build',
    method: 'POST',
    path: '/release',
    body: [
      { name: 'status', brief: '"active", "pending", "deprecated" or "failed"', isRequired: true },
      { name: 'build_id', brief: 'which build', isRequired: true },
      { name: 'application_id', brief: 'whose', isRequired: true },
      { name: 'semver', brief: 'the version; default the next patch' },
    ],
    example: `--body '{ "status": "active", "build_id": 991, "application_id": 4, "semver": "1.2.0" }'`,
  },
  {
    words: 'release list',
    brief: 'List the releases of applications',
    method: 'GET',
    path: '/release',
    flags: [...filters(['build_id', 'status', 'semver', 'id'], 'application_id'), ...pageFlags],
    example: '--application_id 4 --sort semver:desc --limit 1',
  },
  {
    words: 'release read',
    brief: 'Read one release',
    method: 'GET',
    path: '/release/:id',
    flags: [includeFlag],
    example: '--id 7',
  },
  {
    words: 'release update',
    brief: 'Change the status of a release',
    method: 'PUT',
    path: '/release/:id',
    body: releaseChanges,
    example: `--id 7 --body '{ "status": "deprecated" }'`,
  },
  {
    words: 'release patch',
    brief: 'Change the status of a release',
    method: 'PATCH',
    path: '/release/:id',
    body: releaseChanges,
    example: `--id 7 --body '{ "status": "deprecated" }'`,
  },
];
