import type { Role } from './identity.ts';

/** The core's own roles, for people who watch or run the platform without being its admins. */
export const coreRoles: readonly Role[] = [
  { name: 'core:VIEWER', permissions: ['rollouts.read', 'hosts.read', 'routes.read', 'ledger.read'] },
  {
    name: 'core:OPERATOR',
    permissions: [
      'rollouts.read',
      'rollouts.cancel',
      'hosts.read',
      'hosts.manage',
      'routes.read',
      'ledger.read',
      'work.manage',
    ],
  },
];
