export { createLedger } from './create-ledger.ts';
export * from './ledger.ts';
export { ledgerMigrations } from './migration.ts';
