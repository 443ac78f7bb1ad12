export type { DeclarationRequest } from './declaration/apply.ts';
export { attempt, fieldChanges } from './declaration/declared-object.ts';
export type { DeclarationReport, DeclarationSection, DeclaredChange } from './declaration/section.ts';
export { createManagement, type Management } from './management.ts';
export { managementMigrations } from './migrations.ts';
export { type NativeCall, type NativeRoute, nativeRoute } from './native-route.ts';
export { corePermissions } from './permissions.ts';
