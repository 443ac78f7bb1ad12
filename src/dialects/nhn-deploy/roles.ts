import type { Role } from '../../identity/index.ts';

/** What a project's roles are named in grants: `nhn-deploy:ADMIN`. */
export const rolePrefix = 'nhn-deploy:';

/** The roles of a project's members (contract nhn-deploy 1): an ADMIN uploads, runs and manages, a VIEWER looks. */
export const roles: readonly Role[] = [
  {
    name: `${rolePrefix}ADMIN`,
    permissions: [
      'nhn-deploy.read',
      'nhn-deploy.upload',
      'nhn-deploy.run',
      'nhn-deploy.manage',
      'rollouts.read',
      'rollouts.cancel',
      'ledger.read',
    ],
  },
  { name: `${rolePrefix}VIEWER`, permissions: ['nhn-deploy.read', 'rollouts.read'] },
];
