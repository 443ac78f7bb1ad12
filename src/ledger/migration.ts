import type { Migration } from '../storage/index.ts';

/** The ledger's schema. A ledger row is never changed; only its age removes it. */
export const ledgerMigrations: readonly Migration[] = [
  {
    name: '0001-ledger',
    statements: ({ identity, text, integer, end }) => [
      `create table ledger_entry (
        id ${identity},
        at ${integer} not null,
        who ${text} not null,
        dialect ${text} not null,
        action ${text} not null,
        resource ${text} not null,
        subject ${text} not null,
        outcome ${text} not null,
        detail ${text}
      ) ${end}`,
      'create index ledger_entry_at on ledger_entry (at)',
      'create index ledger_entry_who on ledger_entry (who, id)',
      'create index ledger_entry_dialect on ledger_entry (dialect, id)',
      'create index ledger_entry_action on ledger_entry (action, id)',
      'create index ledger_entry_resource on ledger_entry (resource, id)',
    ],
  },
];
