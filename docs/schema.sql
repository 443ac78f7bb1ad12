-- Made by npm run generate from the migrations. SQLite; PostgreSQL differs in types only.

CREATE TABLE acceptance (id integer not null primary key, accepted integer not null) strict;

CREATE TABLE access_key (
  id text not null primary key,
  principal_id integer not null references principal (id) on delete cascade,
  secret_hash text not null,
  token_lifetime_seconds integer not null,
  created_at integer not null,
  revoked_at integer
) strict;

CREATE INDEX access_key_principal on access_key (principal_id);

CREATE TABLE bearer_token (
  hash text not null primary key,
  key_id text not null references access_key (id) on delete cascade,
  expires_at integer not null
) strict;

CREATE INDEX bearer_token_expiry on bearer_token (expires_at);

CREATE INDEX bearer_token_key on bearer_token (key_id);

CREATE TABLE blob (
  sha256 text not null primary key,
  size integer not null,
  reference_count integer not null,
  unreferenced_at integer
) strict;

CREATE INDEX blob_unreferenced on blob (unreferenced_at);

CREATE TABLE console_session (
  hash text not null primary key,
  principal_id integer not null references principal (id) on delete cascade,
  expires_at integer not null
) strict;

CREATE INDEX console_session_expiry on console_session (expires_at);

CREATE INDEX console_session_principal on console_session (principal_id);

CREATE TABLE declared_object (
  section text NOT NULL,
  key text NOT NULL,
  path text NOT NULL,
  declared_at integer NOT NULL,
  PRIMARY KEY (section, key)
)strict;

CREATE TABLE engine_server (id text not null primary key, heard_at integer not null) strict;

CREATE TABLE host (
  name text not null primary key,
  address text not null,
  labels text not null,
  platform text not null,
  agent_version text not null,
  credential_hash text unique,
  joined_at integer,
  heard_at integer,
  server text
) strict;

CREATE TABLE host_run (
  id integer primary key autoincrement,
  rollout integer not null references rollout (number) on delete cascade,
  stage integer not null,
  position integer not null,
  host text,
  state text not null,
  phase text not null,
  next_step integer not null,
  fencing_token integer not null,
  sequence integer not null,
  lease_until integer,
  leased_at integer,
  cancel_asked integer not null,
  reason text,
  reason_text text,
  started_at integer,
  ended_at integer
) strict;

CREATE INDEX host_run_by_host on host_run (host, rollout);

CREATE UNIQUE INDEX host_run_by_position on host_run (rollout, stage, position);

CREATE INDEX host_run_leased on host_run (lease_until) where phase = 'leased';

CREATE INDEX host_run_offered on host_run (host, id) where phase = 'offered';

CREATE TABLE image_recipe (
  service_id integer NOT NULL REFERENCES image_service(id) ON DELETE CASCADE,
  name text NOT NULL,
  description text NOT NULL,
  realtime integer NOT NULL,
  jobs text NOT NULL,
  updated_at integer NOT NULL,
  PRIMARY KEY (service_id, name)
)strict;

CREATE INDEX image_recipe_by_date ON image_recipe (service_id, updated_at, name);

CREATE TABLE image_service (
  id integer primary key autoincrement,
  name text NOT NULL UNIQUE,
  app_key text NOT NULL UNIQUE,
  secret_hash text NOT NULL,
  container text NOT NULL UNIQUE,
  realtime integer NOT NULL,
  enabled integer NOT NULL,
  delete_all_task text,
  created_at integer NOT NULL
)strict;

CREATE TABLE instance (
  id text not null primary key,
  pool text not null references pool (name),
  host text not null,
  rollout integer not null,
  state text not null,
  healthy integer not null,
  wanted integer not null,
  port integer,
  pid integer,
  started_at integer,
  restarts integer not null,
  trouble text,
  changed_at integer not null
) strict;

CREATE INDEX instance_by_host on instance (host, id);

CREATE INDEX instance_by_pool on instance (pool, id);

CREATE INDEX instance_over on instance (changed_at) where state in ('stopped', 'lost');

CREATE INDEX instance_planned on instance (rollout) where state = 'planned';

CREATE TABLE join_token (
  id integer primary key autoincrement,
  hash text not null unique,
  hosts text not null,
  may_replace integer not null,
  created_at integer not null,
  expires_at integer
) strict;

CREATE TABLE ledger_entry (
  id integer primary key autoincrement,
  at integer not null,
  who text not null,
  dialect text not null,
  action text not null,
  resource text not null,
  subject text not null,
  outcome text not null,
  detail text
) strict;

CREATE INDEX ledger_entry_action on ledger_entry (action, id);

CREATE INDEX ledger_entry_at on ledger_entry (at);

CREATE INDEX ledger_entry_dialect on ledger_entry (dialect, id);

CREATE INDEX ledger_entry_resource on ledger_entry (resource, id);

CREATE INDEX ledger_entry_who on ledger_entry (who, id);

CREATE TABLE lock_queue (
  id integer primary key autoincrement,
  name text not null,
  rollout integer not null references rollout (number) on delete cascade,
  host_run integer references host_run (id) on delete cascade,
  deadline_at integer
) strict;

CREATE INDEX lock_queue_by_host_run on lock_queue (host_run) where host_run is not null;

CREATE INDEX lock_queue_by_name on lock_queue (name, id);

CREATE INDEX lock_queue_by_rollout on lock_queue (rollout, id);

CREATE TABLE media_file (
  number integer primary key autoincrement,
  id text not null unique,
  library text not null,
  folder integer not null,
  name text not null,
  origin text not null,
  version integer not null,
  sha256 text not null,
  md5 text not null,
  bytes integer not null,
  format text not null,
  width integer not null,
  height integer not null,
  frames integer not null,
  taken_at integer,
  latitude integer,
  longitude integer,
  source_id text,
  source_version integer,
  recipe text,
  piece integer,
  removal text,
  created_at integer not null,
  updated_at integer not null
) strict;

CREATE INDEX media_file_by_date on media_file (folder, updated_at, name) where removal is null;

CREATE INDEX media_file_by_name on media_file (folder, name) where removal is null;

CREATE INDEX media_file_by_origin_date on media_file (folder, origin, updated_at, name) where removal is null;

CREATE INDEX media_file_by_origin_name on media_file (folder, origin, name) where removal is null;

CREATE UNIQUE INDEX media_file_by_path on media_file (folder, name);

CREATE INDEX media_file_by_recipe on media_file (library, recipe, number) where recipe is not null;

CREATE INDEX media_file_by_removal on media_file (removal, number) where removal is not null;

CREATE INDEX media_file_by_source on media_file (source_id, recipe) where source_id is not null;

CREATE TABLE media_folder (
  number integer primary key autoincrement,
  id text not null unique,
  library text not null,
  parent integer,
  name text not null,
  path text not null,
  folders integer not null,
  user_files integer not null,
  derived_files integer not null,
  tree_folders integer not null,
  tree_files integer not null,
  tree_bytes integer not null,
  has_page_marks integer not null,
  removal text,
  created_at integer not null
) strict;

CREATE INDEX media_folder_by_date on media_folder (parent, created_at, name) where removal is null;

CREATE INDEX media_folder_by_name on media_folder (parent, name) where removal is null;

CREATE UNIQUE INDEX media_folder_by_path on media_folder (library, path);

CREATE INDEX media_folder_by_removal on media_folder (removal, number) where removal is not null;

CREATE INDEX media_folder_hidden on media_folder (library, path) where removal is not null;

CREATE TABLE media_library (
  id text not null primary key,
  recipes_run integer not null,
  bytes_served integer not null,
  created_at integer not null
) strict;

CREATE TABLE media_page_mark (
  folder integer not null,
  sorting text not null,
  low_at integer not null,
  low_name text not null,
  user_files integer not null,
  derived_files integer not null,
  primary key (folder, sorting, low_at, low_name)
) strict;

CREATE TABLE media_task (
  id text not null primary key,
  library text not null,
  kind text not null,
  state text not null,
  retries integer not null,
  recipe text,
  recipe_json text,
  source_id text,
  source_path text,
  target_path text,
  reason text,
  results text not null,
  replaced integer not null,
  note text not null,
  queued_at integer not null,
  ended_at integer
) strict;

CREATE INDEX media_task_ended on media_task (ended_at) where ended_at is not null;

CREATE INDEX media_task_of_library on media_task (library, id);

CREATE INDEX media_task_open on media_task (library, kind) where ended_at is null;

CREATE TABLE migration_core (name text not null primary key, applied_at integer not null) strict;

CREATE TABLE migration_nhn_deploy (name text not null primary key, applied_at integer not null) strict;

CREATE TABLE migration_nhn_image_manager (name text not null primary key, applied_at integer not null) strict;

CREATE TABLE migration_nullplatform (name text not null primary key, applied_at integer not null) strict;

CREATE TABLE nhn_artifact (
  id integer primary key autoincrement,
  project_id integer NOT NULL REFERENCES nhn_project (id),
  name text NOT NULL,
  folded_name text NOT NULL,
  description text,
  type text NOT NULL,
  command_type text NOT NULL,
  port integer,
  region text NOT NULL,
  default_binary_group_id integer,
  notification integer NOT NULL,
  hook_secret_id integer,
  hook_hash text,
  created_at integer NOT NULL,
  last_deployed_at integer,
  deleted_at integer
)strict;

CREATE UNIQUE INDEX nhn_artifact_name ON nhn_artifact (project_id, name) WHERE deleted_at IS NULL;

CREATE INDEX nhn_artifact_newest ON nhn_artifact (project_id, id) WHERE deleted_at IS NULL;

CREATE TABLE nhn_binary (
  id integer primary key autoincrement,
  artifact_id integer NOT NULL REFERENCES nhn_artifact (id),
  binary_group_id integer NOT NULL REFERENCES nhn_binary_group (id),
  version text NOT NULL,
  name text NOT NULL,
  size integer NOT NULL,
  sha256 text NOT NULL,
  meta_sha256 text,
  meta_size integer,
  os_type text NOT NULL,
  fixed integer NOT NULL,
  description text,
  uploader text NOT NULL,
  uploaded_at integer NOT NULL,
  deleted_at integer
)strict;

CREATE UNIQUE INDEX nhn_binary_fixed ON nhn_binary (binary_group_id, os_type) WHERE fixed = 1;

CREATE INDEX nhn_binary_key ON nhn_binary (binary_group_id, id) WHERE deleted_at IS NULL;

CREATE INDEX nhn_binary_newest ON nhn_binary (binary_group_id, uploaded_at, id) WHERE deleted_at IS NULL;

CREATE INDEX nhn_binary_os ON nhn_binary (binary_group_id, os_type, uploaded_at, id) WHERE deleted_at IS NULL;

CREATE UNIQUE INDEX nhn_binary_scope ON nhn_binary (binary_group_id, os_type, version)
  WHERE deleted_at IS NULL;

CREATE INDEX nhn_binary_version ON nhn_binary (binary_group_id, version, id) WHERE deleted_at IS NULL;

CREATE TABLE nhn_binary_group (
  id integer primary key autoincrement,
  artifact_id integer NOT NULL REFERENCES nhn_artifact (id),
  name text NOT NULL,
  description text,
  region text NOT NULL,
  page_token text NOT NULL UNIQUE,
  password_hash text,
  max_age_days integer,
  max_total_bytes integer,
  max_count integer,
  min_keep integer,
  upload_alert integer NOT NULL,
  created_at integer NOT NULL,
  deleted_at integer
)strict;

CREATE UNIQUE INDEX nhn_binary_group_name ON nhn_binary_group (artifact_id, name) WHERE deleted_at IS NULL;

CREATE TABLE nhn_binary_use (
  deployment_id integer NOT NULL,
  binary_id integer NOT NULL REFERENCES nhn_binary (id),
  PRIMARY KEY (deployment_id, binary_id)
)strict;

CREATE INDEX nhn_binary_use_binary ON nhn_binary_use (binary_id);

CREATE TABLE nhn_deployment (
  id integer primary key autoincrement,
  project_id integer NOT NULL,
  artifact_id integer NOT NULL,
  server_group_id integer NOT NULL,
  scenario_id integer NOT NULL,
  rollout_id text NOT NULL,
  status text NOT NULL,
  artifact_name text NOT NULL,
  scenario_name text NOT NULL,
  server_group_name text NOT NULL,
  binary_version text,
  executor text NOT NULL,
  executed_at integer NOT NULL,
  ended_at integer,
  note text
)strict;

CREATE INDEX nhn_deployment_age ON nhn_deployment (executed_at);

CREATE INDEX nhn_deployment_group ON nhn_deployment (artifact_id, server_group_id, executed_at, id);

CREATE INDEX nhn_deployment_newest ON nhn_deployment (artifact_id, executed_at, id);

CREATE INDEX nhn_deployment_running ON nhn_deployment (scenario_id) WHERE status = 'RUNNING';

CREATE TABLE nhn_deployment_blob (
  deployment_id integer NOT NULL,
  sha256 text NOT NULL,
  PRIMARY KEY (deployment_id, sha256)
)strict;

CREATE TABLE nhn_deployment_day (
  artifact_id integer NOT NULL,
  server_group_id integer NOT NULL,
  day text NOT NULL,
  deployments integer NOT NULL,
  PRIMARY KEY (artifact_id, server_group_id, day)
)strict;

CREATE INDEX nhn_deployment_day_artifact ON nhn_deployment_day (artifact_id, day);

CREATE TABLE nhn_deployment_snapshot (
  deployment_id integer PRIMARY KEY,
  snapshot text NOT NULL
)strict;

CREATE TABLE nhn_project (
  id integer primary key autoincrement,
  name text NOT NULL UNIQUE,
  app_key text NOT NULL UNIQUE,
  enabled integer NOT NULL,
  created_at integer NOT NULL
)strict;

CREATE TABLE nhn_resource_file (
  id integer primary key autoincrement,
  resource_group_id integer NOT NULL REFERENCES nhn_resource_group (id),
  name text NOT NULL,
  created_at integer NOT NULL,
  deleted_at integer
)strict;

CREATE UNIQUE INDEX nhn_resource_file_name ON nhn_resource_file (resource_group_id, name)
  WHERE deleted_at IS NULL;

CREATE TABLE nhn_resource_group (
  id integer primary key autoincrement,
  artifact_id integer NOT NULL REFERENCES nhn_artifact (id),
  name text NOT NULL,
  created_at integer NOT NULL,
  deleted_at integer
)strict;

CREATE UNIQUE INDEX nhn_resource_group_name ON nhn_resource_group (artifact_id, name)
  WHERE deleted_at IS NULL;

CREATE TABLE nhn_resource_revision (
  id integer primary key autoincrement,
  resource_file_id integer NOT NULL REFERENCES nhn_resource_file (id),
  number integer NOT NULL,
  sha256 text NOT NULL,
  size integer NOT NULL,
  encoding text,
  comment text,
  created_by text NOT NULL,
  created_at integer NOT NULL,
  UNIQUE (resource_file_id, number)
)strict;

CREATE TABLE nhn_retired_secret (
  secret_id integer PRIMARY KEY,
  scenario_id integer NOT NULL
)strict;

CREATE TABLE nhn_scenario (
  id integer primary key autoincrement,
  artifact_id integer NOT NULL REFERENCES nhn_artifact (id),
  name text NOT NULL,
  description text,
  content text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer
)strict;

CREATE UNIQUE INDEX nhn_scenario_name ON nhn_scenario (artifact_id, name) WHERE deleted_at IS NULL;

CREATE TABLE nhn_scenario_mapping (
  server_group_id integer NOT NULL REFERENCES nhn_server_group (id),
  scenario_id integer NOT NULL REFERENCES nhn_scenario (id),
  priority integer NOT NULL,
  PRIMARY KEY (server_group_id, scenario_id)
)strict;

CREATE INDEX nhn_scenario_mapping_scenario ON nhn_scenario_mapping (scenario_id, server_group_id);

CREATE TABLE nhn_scenario_revision (
  id integer primary key autoincrement,
  scenario_id integer NOT NULL REFERENCES nhn_scenario (id),
  number integer NOT NULL,
  name text NOT NULL,
  description text,
  content text NOT NULL,
  change text NOT NULL,
  changed_by text NOT NULL,
  changed_at integer NOT NULL,
  UNIQUE (scenario_id, number)
)strict;

CREATE TABLE nhn_scenario_secret (
  scenario_id integer NOT NULL REFERENCES nhn_scenario (id),
  name text NOT NULL,
  secret_id integer NOT NULL,
  fingerprint text NOT NULL,
  PRIMARY KEY (scenario_id, name)
)strict;

CREATE TABLE nhn_sent_link (
  id integer primary key autoincrement,
  binary_id integer NOT NULL REFERENCES nhn_binary (id),
  token_hash text NOT NULL UNIQUE,
  sent_by text NOT NULL,
  created_at integer NOT NULL,
  expires_at integer NOT NULL,
  revoked_at integer
)strict;

CREATE INDEX nhn_sent_link_binary ON nhn_sent_link (binary_id, id);

CREATE TABLE nhn_server (
  server_group_id integer NOT NULL REFERENCES nhn_server_group (id),
  position integer NOT NULL,
  hostname text NOT NULL,
  instance_name text,
  ip text,
  os_text text,
  PRIMARY KEY (server_group_id, position)
)strict;

CREATE TABLE nhn_server_group (
  id integer primary key autoincrement,
  artifact_id integer NOT NULL REFERENCES nhn_artifact (id),
  name text NOT NULL,
  description text,
  os_type text NOT NULL,
  shell text NOT NULL,
  phase text NOT NULL,
  created_at integer NOT NULL,
  deleted_at integer
)strict;

CREATE INDEX nhn_server_group_list ON nhn_server_group (artifact_id, id) WHERE deleted_at IS NULL;

CREATE UNIQUE INDEX nhn_server_group_name ON nhn_server_group (artifact_id, name) WHERE deleted_at IS NULL;

CREATE TABLE nhn_signing_key (
  id integer PRIMARY KEY,
  secret_id integer NOT NULL
)strict;

CREATE TABLE np_account (
  id integer PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES np_organization (id),
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  name text NOT NULL,
  slug text NOT NULL,
  repository_prefix text NOT NULL,
  repository_provider text NOT NULL,
  settings_json text NOT NULL,
  status text NOT NULL
)strict;

CREATE INDEX np_account_newest ON np_account (organization_id, created_at, id);

CREATE TABLE np_action (
  id text NOT NULL PRIMARY KEY,
  scope_id integer NOT NULL,
  deployment_id integer,
  slug text NOT NULL,
  name text NOT NULL,
  status text NOT NULL,
  parameters_json text NOT NULL,
  results_json text NOT NULL,
  messages_json text NOT NULL,
  rollout_id text,
  created_at integer NOT NULL,
  updated_at integer NOT NULL
)strict;

CREATE INDEX np_action_rollout ON np_action (rollout_id);

CREATE INDEX np_action_scope ON np_action (scope_id, created_at, id);

CREATE TABLE np_api_key (
  id integer PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES np_organization (id),
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  name text NOT NULL,
  principal_id integer NOT NULL REFERENCES principal (id) ON DELETE CASCADE,
  access_key_id text NOT NULL UNIQUE,
  masked text NOT NULL,
  tags_json text NOT NULL,
  grants_json text NOT NULL,
  owner_id integer NOT NULL,
  last_used_at integer
)strict;

CREATE INDEX np_api_key_newest ON np_api_key (organization_id, created_at, id);

CREATE INDEX np_api_key_principal ON np_api_key (principal_id);

CREATE TABLE np_application (
  id integer PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES np_organization (id),
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  account_id integer NOT NULL REFERENCES np_account (id),
  namespace_id integer NOT NULL REFERENCES np_namespace (id),
  name text NOT NULL,
  slug text NOT NULL,
  status text NOT NULL,
  repository_url text NOT NULL,
  repository_app_path text NOT NULL,
  is_mono_repo integer NOT NULL,
  auto_deploy_on_creation integer NOT NULL,
  template_id integer,
  tags_json text NOT NULL,
  settings_json text NOT NULL,
  metadata_json text NOT NULL
)strict;

CREATE INDEX np_application_newest ON np_application (organization_id, created_at, id);

CREATE INDEX np_application_of_account ON np_application (account_id);

CREATE INDEX np_application_of_namespace ON np_application (namespace_id, created_at, id);

CREATE INDEX np_application_repository ON np_application (repository_url, organization_id, created_at, id);

CREATE TABLE np_approval (
  id integer NOT NULL PRIMARY KEY,
  organization_id integer NOT NULL,
  application_id integer NOT NULL,
  scope_id integer NOT NULL,
  deployment_id integer NOT NULL REFERENCES np_deployment (id),
  nrn text NOT NULL,
  status text NOT NULL,
  execution_status text NOT NULL,
  policy_json text NOT NULL,
  decided_by integer,
  expires_at integer NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL
)strict;

CREATE INDEX np_approval_deployment ON np_approval (deployment_id);

CREATE INDEX np_approval_organization ON np_approval (organization_id, created_at, id);

CREATE TABLE np_approval_policy (
  id integer NOT NULL PRIMARY KEY,
  organization_id integer NOT NULL,
  nrn text NOT NULL,
  name text NOT NULL,
  dimensions_json text NOT NULL,
  decision text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL
)strict;

CREATE UNIQUE INDEX np_approval_policy_name ON np_approval_policy (organization_id, nrn, name);

CREATE TABLE np_asset (
  id integer PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES np_organization (id),
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  build_id integer NOT NULL REFERENCES np_build (id),
  name text NOT NULL,
  type text NOT NULL,
  url text,
  platform text,
  metadata_json text NOT NULL,
  blob_sha256 text,
  blob_size integer
)strict;

CREATE UNIQUE INDEX np_asset_name ON np_asset (build_id, name);

CREATE INDEX np_asset_newest ON np_asset (build_id, created_at, id);

CREATE TABLE np_build (
  id integer PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES np_organization (id),
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  application_id integer NOT NULL REFERENCES np_application (id),
  status text NOT NULL,
  commit_id text NOT NULL,
  commit_permalink text,
  branch text,
  description text,
  metadata_json text NOT NULL
)strict;

CREATE INDEX np_build_branch ON np_build (application_id, branch, created_at, id);

CREATE INDEX np_build_commit ON np_build (application_id, commit_id, created_at, id);

CREATE INDEX np_build_newest ON np_build (application_id, created_at, id);

CREATE INDEX np_build_status ON np_build (application_id, status, created_at, id);

CREATE TABLE np_deployment (
  id integer NOT NULL PRIMARY KEY,
  organization_id integer NOT NULL,
  application_id integer NOT NULL REFERENCES np_application (id),
  scope_id integer NOT NULL REFERENCES np_scope (id),
  release_id integer NOT NULL REFERENCES np_release (id),
  asset_id integer,
  deployment_group_id integer,
  external_strategy_id integer,
  status text NOT NULL,
  status_in_scope text NOT NULL,
  strategy text NOT NULL,
  strategy_data_json text NOT NULL,
  status_started_json text NOT NULL,
  parameters_json text NOT NULL,
  metadata_json text NOT NULL,
  description text,
  token_secret_id integer NOT NULL,
  expires_at integer NOT NULL,
  created_by integer NOT NULL,
  updated_by integer,
  rollout_id text,
  action_json text,
  next_action_json text,
  switched_fully_at integer,
  created_at integer NOT NULL,
  updated_at integer NOT NULL
    , traffic_by_hand integer NOT NULL DEFAULT 0)strict;

CREATE UNIQUE INDEX np_deployment_active ON np_deployment (scope_id) WHERE status_in_scope = 'active';

CREATE INDEX np_deployment_application ON np_deployment (application_id, created_at, id);

CREATE INDEX np_deployment_group_member ON np_deployment (deployment_group_id)
  WHERE deployment_group_id IS NOT NULL;

CREATE INDEX np_deployment_organization ON np_deployment (organization_id, created_at, id);

CREATE INDEX np_deployment_release ON np_deployment (release_id, created_at, id);

CREATE INDEX np_deployment_scope ON np_deployment (scope_id, created_at, id);

CREATE TABLE np_deployment_group (
  id integer NOT NULL PRIMARY KEY,
  organization_id integer NOT NULL,
  application_id integer NOT NULL REFERENCES np_application (id),
  release_id integer NOT NULL REFERENCES np_release (id),
  status text NOT NULL,
  strategy_data_json text NOT NULL,
  last_directive text,
  created_by integer NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL
)strict;

CREATE INDEX np_deployment_group_application ON np_deployment_group (application_id, created_at, id);

CREATE TABLE np_message (
  id integer primary key autoincrement,
  deployment_id integer,
  scope_id integer NOT NULL,
  level text NOT NULL,
  message text NOT NULL,
  at integer NOT NULL
)strict;

CREATE INDEX np_message_age ON np_message (at);

CREATE INDEX np_message_deployment ON np_message (deployment_id, id);

CREATE INDEX np_message_scope ON np_message (scope_id, id);

CREATE TABLE np_namespace (
  id integer PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES np_organization (id),
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  account_id integer NOT NULL REFERENCES np_account (id),
  name text NOT NULL,
  slug text NOT NULL,
  status text NOT NULL
)strict;

CREATE INDEX np_namespace_newest ON np_namespace (organization_id, created_at, id);

CREATE INDEX np_namespace_of_account ON np_namespace (account_id, created_at, id);

CREATE TABLE np_nrn_value (
  organization_id integer NOT NULL REFERENCES np_organization (id),
  nrn text NOT NULL,
  namespace text NOT NULL,
  name text NOT NULL,
  value_json text NOT NULL,
  updated_at integer NOT NULL,
  PRIMARY KEY (nrn, namespace, name)
)strict;

CREATE INDEX np_nrn_value_organization ON np_nrn_value (organization_id);

CREATE TABLE np_organization (
  id integer PRIMARY KEY,
  name text NOT NULL UNIQUE,
  slug text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL
)strict;

CREATE TABLE np_parameter (
  id integer PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES np_organization (id),
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  nrn text NOT NULL,
  application_id integer NOT NULL REFERENCES np_application (id),
  name text NOT NULL,
  type text NOT NULL,
  variable text NOT NULL,
  encoding text NOT NULL,
  secret integer NOT NULL,
  read_only integer NOT NULL
)strict;

CREATE INDEX np_parameter_newest ON np_parameter (application_id, created_at, id);

CREATE UNIQUE INDEX np_parameter_variable ON np_parameter (application_id, type, variable);

CREATE TABLE np_parameter_value (
  id integer PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES np_organization (id),
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  parameter_id integer NOT NULL REFERENCES np_parameter (id) ON DELETE CASCADE,
  nrn text NOT NULL,
  dimensions_json text NOT NULL,
  value text,
  secret_id integer
)strict;

CREATE UNIQUE INDEX np_parameter_value_place ON np_parameter_value (parameter_id, nrn, dimensions_json);

CREATE TABLE np_refresh_token (
  hash text PRIMARY KEY,
  api_key_id integer NOT NULL REFERENCES np_api_key (id) ON DELETE CASCADE,
  expires_at integer NOT NULL
)strict;

CREATE INDEX np_refresh_token_end ON np_refresh_token (expires_at);

CREATE INDEX np_refresh_token_key ON np_refresh_token (api_key_id);

CREATE TABLE np_release (
  id integer PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES np_organization (id),
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  application_id integer NOT NULL REFERENCES np_application (id),
  build_id integer NOT NULL REFERENCES np_build (id),
  semver text NOT NULL,
  semver_order text NOT NULL,
  status text NOT NULL,
  metadata_json text NOT NULL,
  created_by integer NOT NULL,
  updated_by integer
)strict;

CREATE INDEX np_release_build ON np_release (build_id, created_at, id);

CREATE INDEX np_release_newest ON np_release (application_id, created_at, id);

CREATE INDEX np_release_order ON np_release (application_id, semver_order);

CREATE UNIQUE INDEX np_release_semver ON np_release (application_id, semver);

CREATE INDEX np_release_status ON np_release (application_id, status, created_at, id);

CREATE TABLE np_scope (
  id integer PRIMARY KEY,
  organization_id integer NOT NULL REFERENCES np_organization (id),
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  application_id integer NOT NULL REFERENCES np_application (id),
  name text NOT NULL,
  slug text NOT NULL,
  description text,
  type text NOT NULL,
  provider text,
  status text NOT NULL,
  asset_name text,
  domain text NOT NULL,
  dimensions_json text NOT NULL,
  capabilities_json text NOT NULL,
  requested_spec_json text NOT NULL,
  tier text,
  tags_json text NOT NULL,
  metadata_json text NOT NULL,
  instance_id text NOT NULL UNIQUE,
  external_created integer NOT NULL,
  hosts_json text NOT NULL,
  active_deployment_id integer,
  in_progress_deployment_id integer
)strict;

CREATE UNIQUE INDEX np_scope_domain ON np_scope (domain) WHERE status <> 'deleted';

CREATE UNIQUE INDEX np_scope_name ON np_scope (application_id, name);

CREATE INDEX np_scope_newest ON np_scope (application_id, created_at, id);

CREATE INDEX np_scope_status ON np_scope (application_id, status, created_at, id);

CREATE TABLE np_signing_key (
  id integer PRIMARY KEY,
  secret_id integer NOT NULL
)strict;

CREATE TABLE np_strategy (
  id integer NOT NULL PRIMARY KEY,
  organization_id integer NOT NULL,
  name text NOT NULL,
  description text,
  nrn text NOT NULL,
  dimensions_json text NOT NULL,
  scope_type_ids_json text NOT NULL,
  parameters_json text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL
)strict;

CREATE INDEX np_strategy_organization ON np_strategy (organization_id, created_at, id);

CREATE TABLE np_upload (
  id text PRIMARY KEY,
  build_id integer NOT NULL REFERENCES np_build (id),
  blob_sha256 text NOT NULL,
  blob_size integer NOT NULL,
  created_at integer NOT NULL
)strict;

CREATE INDEX np_upload_build ON np_upload (build_id);

CREATE INDEX np_upload_oldest ON np_upload (created_at);

CREATE TABLE pool (
  name text not null primary key,
  dialect text not null,
  noun text not null,
  owner_id text not null,
  made_at integer not null
) strict;

CREATE TABLE principal (
  id integer primary key autoincrement,
  name text not null unique,
  kind text not null,
  admin integer not null,
  password_hash text,
  created_at integer not null
) strict;

CREATE TABLE role_grant (
  principal_id integer not null references principal (id) on delete cascade,
  role text not null,
  resource text not null,
  primary key (principal_id, role, resource)
) strict;

CREATE INDEX role_grant_resource on role_grant (resource);

CREATE TABLE rollout (
  number integer primary key autoincrement,
  id text not null unique,
  dialect text not null,
  noun text not null,
  owner_id text not null,
  title text not null,
  title_folded text not null,
  resource text not null,
  requested_by text not null,
  state text not null,
  live integer not null,
  stage integer not null,
  reason text,
  reason_text text,
  lock_broken integer not null,
  driver text not null,
  accepted_at integer not null,
  started_at integer,
  ended_at integer,
  due_at integer,
  output_sha256 text
) strict;

CREATE INDEX rollout_by_acceptance on rollout (accepted_at, number);

CREATE INDEX rollout_by_dialect on rollout (dialect, number);

CREATE INDEX rollout_by_requester on rollout (requested_by, number);

CREATE INDEX rollout_by_resource on rollout (resource, number);

CREATE INDEX rollout_by_state on rollout (state, number);

CREATE INDEX rollout_due on rollout (due_at) where due_at is not null;

CREATE INDEX rollout_live on rollout (driver, number) where live = 1;

CREATE INDEX rollout_with_output on rollout (ended_at) where output_sha256 is not null;

CREATE TABLE rollout_plan (
  rollout integer not null primary key references rollout (number) on delete cascade,
  plan text not null
) strict;

CREATE TABLE route (
  host text not null primary key,
  dialect text not null,
  when_empty text not null,
  version integer not null,
  removed integer not null
) strict;

CREATE INDEX route_by_version on route (version);

CREATE TABLE route_measure (
  host text not null,
  pool text not null,
  at integer not null,
  requests integer not null,
  errors integer not null,
  milliseconds integer not null,
  primary key (host, pool, at)
) strict;

CREATE INDEX route_measure_by_time on route_measure (at);

CREATE TABLE route_target (
  host text not null references route (host) on delete cascade,
  pool text not null,
  position integer not null,
  weight integer not null,
  primary key (host, pool)
) strict;

CREATE INDEX route_target_by_pool on route_target (pool);

CREATE TABLE router (
  id text not null primary key,
  address text not null,
  server text,
  heard_at integer not null,
  applied integer not null,
  drained integer not null,
  run text not null,
  sequence integer not null
  , draining text) strict;

CREATE TABLE router_reach (
  router text not null references router (id) on delete cascade,
  instance text not null references instance (id) on delete cascade,
  address text not null,
  port integer not null,
  outcome text not null,
  told_at integer not null,
  primary key (router, instance)
) strict;

CREATE INDEX router_reach_by_instance on router_reach (instance);

CREATE TABLE router_token (hash text not null primary key, made_at integer not null) strict;

CREATE TABLE routing_version (
  id integer not null primary key,
  version integer not null,
  floor integer not null
) strict;

CREATE TABLE secret (id integer primary key autoincrement, sealed text not null, created_at integer not null) strict;

CREATE TABLE stage_run (
  rollout integer not null references rollout (number) on delete cascade,
  stage integer not null,
  state text not null,
  queued integer not null,
  locking integer not null,
  offered integer not null,
  held integer not null,
  succeeded integer not null,
  failed integer not null,
  cancelled integer not null,
  skipped integer not null,
  spoiled integer not null,
  started_at integer,
  deadline_at integer,
  ended_at integer,
  expansion text,
  primary key (rollout, stage)
) strict;

CREATE TABLE step_run (
  host_run integer not null references host_run (id) on delete cascade,
  step integer not null,
  state text not null,
  exit_code integer,
  reason text,
  reason_text text,
  started_at integer,
  ended_at integer,
  stdout_bytes integer not null,
  stderr_bytes integer not null,
  value text,
  primary key (host_run, step)
) strict;

CREATE TABLE work (
  id integer primary key autoincrement,
  kind text not null,
  project text not null,
  lane text,
  exclusive_key text,
  once_key text,
  input text not null,
  state text not null,
  attempt integer not null,
  repeat_seconds integer,
  not_before integer not null,
  enqueued_at integer not null,
  lease_owner text,
  lease_until integer,
  reason text,
  died_at integer
) strict;

CREATE INDEX work_by_death on work (state, id);

CREATE INDEX work_by_exclusive on work (exclusive_key, state) where exclusive_key is not null;

CREATE INDEX work_by_lane on work (lane, id) where lane is not null;

CREATE INDEX work_by_lease on work (state, lease_until);

CREATE INDEX work_by_project on work (kind, state, project, not_before, id);

CREATE INDEX work_by_time on work (kind, state, not_before);

CREATE UNIQUE INDEX work_once on work (once_key) where once_key is not null and state in ('waiting', 'behind');
