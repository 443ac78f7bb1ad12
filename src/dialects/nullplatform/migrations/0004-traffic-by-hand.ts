import type { Migration } from '../../../storage/index.ts';

/** Whether a person has taken the traffic of a deployment out of its strategy's hands (contract nullplatform 5.6). */
export const trafficByHandMigration: Migration = {
  name: '0004-traffic-by-hand',
  statements: ({ integer }) => [
    `ALTER TABLE np_deployment ADD COLUMN traffic_by_hand ${integer} NOT NULL DEFAULT 0`,
  ],
};
