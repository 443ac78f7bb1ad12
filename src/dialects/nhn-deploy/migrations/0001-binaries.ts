import type { Migration } from '../../../storage/index.ts';

/** Projects, artifacts, binary groups, binaries, sent links. */
export const binariesMigration: Migration = {
  name: '0001-binaries',
  statements: ({ identity, text, integer, end }) => [
    `CREATE TABLE nhn_project (
      id ${identity},
      name ${text} NOT NULL UNIQUE,
      app_key ${text} NOT NULL UNIQUE,
      enabled ${integer} NOT NULL,
      created_at ${integer} NOT NULL
    )${end}`,
    `CREATE TABLE nhn_artifact (
      id ${identity},
      project_id ${integer} NOT NULL REFERENCES nhn_project (id),
      name ${text} NOT NULL,
      folded_name ${text} NOT NULL,
      description ${text},
      type ${text} NOT NULL,
      command_type ${text} NOT NULL,
      port ${integer},
      region ${text} NOT NULL,
      default_binary_group_id ${integer},
      notification ${integer} NOT NULL,
      hook_secret_id ${integer},
      hook_hash ${text},
      created_at ${integer} NOT NULL,
      last_deployed_at ${integer},
      deleted_at ${integer}
    )${end}`,
    'CREATE UNIQUE INDEX nhn_artifact_name ON nhn_artifact (project_id, name) WHERE deleted_at IS NULL',
    'CREATE INDEX nhn_artifact_newest ON nhn_artifact (project_id, id) WHERE deleted_at IS NULL',
    `CREATE TABLE nhn_binary_group (
      id ${identity},
      artifact_id ${integer} NOT NULL REFERENCES nhn_artifact (id),
      name ${text} NOT NULL,
      description ${text},
      region ${text} NOT NULL,
      page_token ${text} NOT NULL UNIQUE,
      password_hash ${text},
      max_age_days ${integer},
      max_total_bytes ${integer},
      max_count ${integer},
      min_keep ${integer},
      upload_alert ${integer} NOT NULL,
      created_at ${integer} NOT NULL,
      deleted_at ${integer}
    )${end}`,
    'CREATE UNIQUE INDEX nhn_binary_group_name ON nhn_binary_group (artifact_id, name) WHERE deleted_at IS NULL',
    `CREATE TABLE nhn_binary (
      id ${identity},
      artifact_id ${integer} NOT NULL REFERENCES nhn_artifact (id),
      binary_group_id ${integer} NOT NULL REFERENCES nhn_binary_group (id),
      version ${text} NOT NULL,
      name ${text} NOT NULL,
      size ${integer} NOT NULL,
      sha256 ${text} NOT NULL,
      meta_sha256 ${text},
      meta_size ${integer},
      os_type ${text} NOT NULL,
      fixed ${integer} NOT NULL,
      description ${text},
      uploader ${text} NOT NULL,
      uploaded_at ${integer} NOT NULL,
      deleted_at ${integer}
    )${end}`,
    // One winner among simultaneous uploads of a version (contract nhn-deploy 5.1); a deleted version is free again.
    `CREATE UNIQUE INDEX nhn_binary_scope ON nhn_binary (binary_group_id, os_type, version)
      WHERE deleted_at IS NULL`,
    'CREATE UNIQUE INDEX nhn_binary_fixed ON nhn_binary (binary_group_id, os_type) WHERE fixed = 1',
    'CREATE INDEX nhn_binary_newest ON nhn_binary (binary_group_id, uploaded_at, id) WHERE deleted_at IS NULL',
    'CREATE INDEX nhn_binary_version ON nhn_binary (binary_group_id, version, id) WHERE deleted_at IS NULL',
    'CREATE INDEX nhn_binary_key ON nhn_binary (binary_group_id, id) WHERE deleted_at IS NULL',
    'CREATE INDEX nhn_binary_os ON nhn_binary (binary_group_id, os_type, uploaded_at, id) WHERE deleted_at IS NULL',
    // Filled by deployments; without a foreign key to them because their table comes with a later migration.
    `CREATE TABLE nhn_binary_use (
      deployment_id ${integer} NOT NULL,
      binary_id ${integer} NOT NULL REFERENCES nhn_binary (id),
      PRIMARY KEY (deployment_id, binary_id)
    )${end}`,
    'CREATE INDEX nhn_binary_use_binary ON nhn_binary_use (binary_id)',
    `CREATE TABLE nhn_sent_link (
      id ${identity},
      binary_id ${integer} NOT NULL REFERENCES nhn_binary (id),
      token_hash ${text} NOT NULL UNIQUE,
      sent_by ${text} NOT NULL,
      created_at ${integer} NOT NULL,
      expires_at ${integer} NOT NULL,
      revoked_at ${integer}
    )${end}`,
    'CREATE INDEX nhn_sent_link_binary ON nhn_sent_link (binary_id, id)',
    // One row: the number, in the secret vault, of the key that signs addresses of install pages.
    `CREATE TABLE nhn_signing_key (
      id ${integer} PRIMARY KEY,
      secret_id ${integer} NOT NULL
    )${end}`,
  ],
};
