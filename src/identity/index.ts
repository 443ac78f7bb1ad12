export { identityChannel } from './context.ts';
export { coreRoles } from './core-roles.ts';
export { createIdentity } from './create-identity.ts';
export { FailureThrottle } from './failure-throttle.ts';
export { type AdminKey, ensureAdmin } from './first-admin.ts';
export { verifyHash } from './hashing.ts';
export * from './identity.ts';
export { identityMigrations } from './migration.ts';
