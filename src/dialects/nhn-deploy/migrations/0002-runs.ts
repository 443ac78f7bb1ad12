import type { Migration } from '../../../storage/index.ts';

/** Server groups, resource files, scenarios, deployments. */
export const runsMigration: Migration = {
  name: '0002-runs',
  statements: ({ identity, text, integer, end }) => [
    `CREATE TABLE nhn_server_group (
      id ${identity},
      artifact_id ${integer} NOT NULL REFERENCES nhn_artifact (id),
      name ${text} NOT NULL,
      description ${text},
      os_type ${text} NOT NULL,
      shell ${text} NOT NULL,
      phase ${text} NOT NULL,
      created_at ${integer} NOT NULL,
      deleted_at ${integer}
    )${end}`,
    'CREATE UNIQUE INDEX nhn_server_group_name ON nhn_server_group (artifact_id, name) WHERE deleted_at IS NULL',
    'CREATE INDEX nhn_server_group_list ON nhn_server_group (artifact_id, id) WHERE deleted_at IS NULL',
    `CREATE TABLE nhn_server (
      server_group_id ${integer} NOT NULL REFERENCES nhn_server_group (id),
      position ${integer} NOT NULL,
      hostname ${text} NOT NULL,
      instance_name ${text},
      ip ${text},
      os_text ${text},
      PRIMARY KEY (server_group_id, position)
    )${end}`,
    `CREATE TABLE nhn_resource_group (
      id ${identity},
      artifact_id ${integer} NOT NULL REFERENCES nhn_artifact (id),
      name ${text} NOT NULL,
      created_at ${integer} NOT NULL,
      deleted_at ${integer}
    )${end}`,
    `CREATE UNIQUE INDEX nhn_resource_group_name ON nhn_resource_group (artifact_id, name)
      WHERE deleted_at IS NULL`,
    `CREATE TABLE nhn_resource_file (
      id ${identity},
      resource_group_id ${integer} NOT NULL REFERENCES nhn_resource_group (id),
      name ${text} NOT NULL,
      created_at ${integer} NOT NULL,
      deleted_at ${integer}
    )${end}`,
    `CREATE UNIQUE INDEX nhn_resource_file_name ON nhn_resource_file (resource_group_id, name)
      WHERE deleted_at IS NULL`,
    `CREATE TABLE nhn_resource_revision (
      id ${identity},
      resource_file_id ${integer} NOT NULL REFERENCES nhn_resource_file (id),
      number ${integer} NOT NULL,
      sha256 ${text} NOT NULL,
      size ${integer} NOT NULL,
      encoding ${text},
      comment ${text},
      created_by ${text} NOT NULL,
      created_at ${integer} NOT NULL,
      UNIQUE (resource_file_id, number)
    )${end}`,
    `CREATE TABLE nhn_scenario (
      id ${identity},
      artifact_id ${integer} NOT NULL REFERENCES nhn_artifact (id),
      name ${text} NOT NULL,
      description ${text},
      content ${text} NOT NULL,
      created_at ${integer} NOT NULL,
      updated_at ${integer} NOT NULL,
      deleted_at ${integer}
    )${end}`,
    'CREATE UNIQUE INDEX nhn_scenario_name ON nhn_scenario (artifact_id, name) WHERE deleted_at IS NULL',
    `CREATE TABLE nhn_scenario_mapping (
      server_group_id ${integer} NOT NULL REFERENCES nhn_server_group (id),
      scenario_id ${integer} NOT NULL REFERENCES nhn_scenario (id),
      priority ${integer} NOT NULL,
      PRIMARY KEY (server_group_id, scenario_id)
    )${end}`,
    'CREATE INDEX nhn_scenario_mapping_scenario ON nhn_scenario_mapping (scenario_id, server_group_id)',
    `CREATE TABLE nhn_scenario_revision (
      id ${identity},
      scenario_id ${integer} NOT NULL REFERENCES nhn_scenario (id),
      number ${integer} NOT NULL,
      name ${text} NOT NULL,
      description ${text},
      content ${text} NOT NULL,
      change ${text} NOT NULL,
      changed_by ${text} NOT NULL,
      changed_at ${integer} NOT NULL,
      UNIQUE (scenario_id, number)
    )${end}`,
    `CREATE TABLE nhn_scenario_secret (
      scenario_id ${integer} NOT NULL REFERENCES nhn_scenario (id),
      name ${text} NOT NULL,
      secret_id ${integer} NOT NULL,
      fingerprint ${text} NOT NULL,
      PRIMARY KEY (scenario_id, name)
    )${end}`,
    // Values that a running deployment may still need; removed when none of the scenario runs.
    `CREATE TABLE nhn_retired_secret (
      secret_id ${integer} PRIMARY KEY,
      scenario_id ${integer} NOT NULL
    )${end}`,
    `CREATE TABLE nhn_deployment (
      id ${identity},
      project_id ${integer} NOT NULL,
      artifact_id ${integer} NOT NULL,
      server_group_id ${integer} NOT NULL,
      scenario_id ${integer} NOT NULL,
      rollout_id ${text} NOT NULL,
      status ${text} NOT NULL,
      artifact_name ${text} NOT NULL,
      scenario_name ${text} NOT NULL,
      server_group_name ${text} NOT NULL,
      binary_version ${text},
      executor ${text} NOT NULL,
      executed_at ${integer} NOT NULL,
      ended_at ${integer},
      note ${text}
    )${end}`,
    'CREATE INDEX nhn_deployment_newest ON nhn_deployment (artifact_id, executed_at, id)',
    'CREATE INDEX nhn_deployment_group ON nhn_deployment (artifact_id, server_group_id, executed_at, id)',
    'CREATE INDEX nhn_deployment_age ON nhn_deployment (executed_at)',
    `CREATE INDEX nhn_deployment_running ON nhn_deployment (scenario_id) WHERE status = 'RUNNING'`,
    // Apart from the row, so that lists read small rows.
    `CREATE TABLE nhn_deployment_snapshot (
      deployment_id ${integer} PRIMARY KEY,
      snapshot ${text} NOT NULL
    )${end}`,
    // Blobs that the run needs, whatever happens to binaries and resource files meanwhile.
    `CREATE TABLE nhn_deployment_blob (
      deployment_id ${integer} NOT NULL,
      sha256 ${text} NOT NULL,
      PRIMARY KEY (deployment_id, sha256)
    )${end}`,
    // How many deployments a calendar day saw, so that an exact total does not cost the table.
    `CREATE TABLE nhn_deployment_day (
      artifact_id ${integer} NOT NULL,
      server_group_id ${integer} NOT NULL,
      day ${text} NOT NULL,
      deployments ${integer} NOT NULL,
      PRIMARY KEY (artifact_id, server_group_id, day)
    )${end}`,
    'CREATE INDEX nhn_deployment_day_artifact ON nhn_deployment_day (artifact_id, day)',
  ],
};
