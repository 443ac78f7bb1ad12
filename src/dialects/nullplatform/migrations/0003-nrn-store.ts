import type { Migration } from '../../../storage/index.ts';

/** What terraform and agents keep at an NRN (contract nullplatform 6.1, rank 18). */
export const nrnStoreMigration: Migration = {
  name: '0003-nrn-store',
  statements: ({ text, integer, end }) => [
    `CREATE TABLE np_nrn_value (
      organization_id ${integer} NOT NULL REFERENCES np_organization (id),
      nrn ${text} NOT NULL,
      namespace ${text} NOT NULL,
      name ${text} NOT NULL,
      value_json ${text} NOT NULL,
      updated_at ${integer} NOT NULL,
      PRIMARY KEY (nrn, namespace, name)
    )${end}`,
    'CREATE INDEX np_nrn_value_organization ON np_nrn_value (organization_id)',
  ],
};
