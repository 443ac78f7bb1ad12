export { createWorkQueue, forgetDeadLettersKind, type WorkQueueParts } from './queue.ts';
export * from './work.ts';
export { workMigrations } from './work-table.ts';
