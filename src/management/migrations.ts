import type { Migration } from '../storage/index.ts';

/** What declarations made, so that `--prune` can find what is no longer declared. */
export interface ManagementTables {
  declared_object: {
    /** The top-level key of the declaration: `principals`, `nhnDeploy`. */
    section: string;
    /** The section's own name for the object: `artifact:7`. */
    key: string;
    /** Where it stood in the declaration, for people. */
    path: string;
    declared_at: number;
  };
}

/** The tables of the management API. */
export const managementMigrations: readonly Migration[] = [
  {
    name: '0007-management',
    statements: ({ text, integer, end }) => [
      `CREATE TABLE declared_object (
        section ${text} NOT NULL,
        key ${text} NOT NULL,
        path ${text} NOT NULL,
        declared_at ${integer} NOT NULL,
        PRIMARY KEY (section, key)
      )${end}`,
    ],
  },
];
