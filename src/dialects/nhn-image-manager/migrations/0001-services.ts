import type { Migration } from '../../../storage/index.ts';

/** Services: the tenants, their keys and their containers. */
export const servicesMigration: Migration = {
  name: '0001-services',
  statements: ({ identity, text, integer, end }) => [
    `CREATE TABLE image_service (
      id ${identity},
      name ${text} NOT NULL UNIQUE,
      app_key ${text} NOT NULL UNIQUE,
      secret_hash ${text} NOT NULL,
      container ${text} NOT NULL UNIQUE,
      realtime ${integer} NOT NULL,
      enabled ${integer} NOT NULL,
      delete_all_task ${text},
      created_at ${integer} NOT NULL
    )${end}`,
  ],
};
