import type { Role } from '../../identity/index.ts';

/** What the role of a service is named in grants: `nhn-image-manager:ADMIN`. */
export const rolePrefix = 'nhn-image-manager:';

/** The one role of the original: everything in one service (contract nhn-image-manager 6). */
export const roles: readonly Role[] = [
  {
    name: `${rolePrefix}ADMIN`,
    permissions: [
      'nhn-image-manager.read',
      'nhn-image-manager.use',
      'nhn-image-manager.manage',
      'ledger.read',
    ],
  },
];
