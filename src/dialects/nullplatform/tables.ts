import type { Generated } from 'kysely';
import type {
  ApprovalStatus,
  BuildStatus,
  DeploymentStatus,
  ExecutionStatus,
  ReleaseStatus,
  ScopeStatus,
  StatusInScope,
} from './statuses.ts';

// Ids are positive 31-bit integers that are not in sequence (contract nullplatform 3.0); columns that end in `_json` hold JSON
// text; times are epoch milliseconds. `organization_id` stands in every row, so that one query tells whose it is.

interface Entity {
  id: number;
  organization_id: number;
  created_at: number;
  updated_at: number;
}

/** The top of the hierarchy. */
export interface OrganizationTable {
  id: number;
  name: string;
  slug: string;
  created_at: number;
  updated_at: number;
}

/** A part of an organization with a repository provider of its own (contract nullplatform 3.11). */
export interface AccountTable extends Entity {
  name: string;
  slug: string;
  repository_prefix: string;
  repository_provider: string;
  settings_json: string;
  status: 'active' | 'inactive' | 'deleted';
}

/** A group of applications of an account. */
export interface NamespaceTable extends Entity {
  account_id: number;
  name: string;
  slug: string;
  status: 'active' | 'inactive' | 'deleted';
}

/** One deployable unit of code with a repository; owns builds, releases and scopes. */
export interface ApplicationTable extends Entity {
  account_id: number;
  namespace_id: number;
  name: string;
  slug: string;
  status: 'creating' | 'active' | 'inactive' | 'deleted';
  repository_url: string;
  repository_app_path: string;
  is_mono_repo: number;
  auto_deploy_on_creation: number;
  template_id: number | null;
  tags_json: string;
  settings_json: string;
  metadata_json: string;
}

/** One run of CI for one commit (contract nullplatform 3.8). */
export interface BuildTable extends Entity {
  application_id: number;
  status: BuildStatus;
  commit_id: string;
  commit_permalink: string | null;
  branch: string | null;
  description: string | null;
  metadata_json: string;
}

/** An artifact of a build; its name is unique in the build. */
export interface AssetTable extends Entity {
  build_id: number;
  name: string;
  /** `docker-image`, `bundle`, `lambda`, … */
  type: string;
  url: string | null;
  platform: string | null;
  metadata_json: string;
  /** The blob behind `url` when it was pushed to Slipway's own store. */
  blob_sha256: string | null;
  blob_size: number | null;
}

/** A version of an application, made of one build (contract nullplatform 3.6). */
export interface ReleaseTable extends Entity {
  application_id: number;
  build_id: number;
  semver: string;
  /** `semver` as text that sorts like the version (major.minor.patch filled with zeros; prereleases before). */
  semver_order: string;
  status: ReleaseStatus;
  metadata_json: string;
  created_by: number;
  updated_by: number | null;
}

/** One runtime environment of an application (contract nullplatform 3.10). */
export interface ScopeTable extends Entity {
  application_id: number;
  name: string;
  slug: string;
  description: string | null;
  type: string;
  provider: string | null;
  status: ScopeStatus;
  asset_name: string | null;
  /** What the router answers for; unique. */
  domain: string;
  dimensions_json: string;
  capabilities_json: string;
  requested_spec_json: string;
  tier: string | null;
  tags_json: string;
  metadata_json: string;
  /** The UUID of the scope's service, by which its action log is found. */
  instance_id: string;
  external_created: number;
  /** Host names that its instances are spread over; empty for Kubernetes. */
  hosts_json: string;
  /** The deployment that serves now. */
  active_deployment_id: number | null;
  /** The slot: one deployment in progress at most. Set and freed with compare-and-set in the same unit as the deployment's status. */
  in_progress_deployment_id: number | null;
}

/** A release being made live, or having been live, in a scope (contract nullplatform 3.2). */
export interface DeploymentTable extends Entity {
  application_id: number;
  scope_id: number;
  release_id: number;
  asset_id: number | null;
  deployment_group_id: number | null;
  external_strategy_id: number | null;
  status: DeploymentStatus;
  status_in_scope: StatusInScope;
  strategy: 'initial' | 'blue_green' | 'canary';
  strategy_data_json: string;
  status_started_json: string;
  parameters_json: string;
  metadata_json: string;
  description: string | null;
  /** Shown in answers (contract 3.2): `ndp-` + uuid; sealed at rest by the secret vault. */
  token_secret_id: number;
  expires_at: number;
  created_by: number;
  updated_by: number | null;
  /** The rollout that carries out the current action, if any. */
  rollout_id: string | null;
  /** The current action: an `Action` of deployments/deployment-state.ts. */
  action_json: string | null;
  /** What is to be done after the current action: a newer action supersedes an older one (contract 5.5). */
  next_action_json: string | null;
  /** When traffic reached 100 %, for the 2 h rule. */
  switched_fully_at: number | null;
  /** 0 or 1: a person has moved the traffic, and the steps of the strategy are not taken any more. */
  traffic_by_hand: number;
}

/** The event log of a deployment or a scope (contract 3.4). */
export interface MessageTable {
  id: Generated<number>;
  deployment_id: number | null;
  scope_id: number;
  level: 'INFO' | 'WARNING' | 'ERROR';
  message: string;
  at: number;
}

/** The definition of an environment variable or a file (contract nullplatform 6.5). */
export interface ParameterTable extends Entity {
  /** Resource it is defined on, as an NRN. */
  nrn: string;
  application_id: number;
  name: string;
  type: 'environment' | 'file';
  /** The variable's name, or the file's path. */
  variable: string;
  encoding: string;
  secret: number;
  read_only: number;
}

/** One value of a parameter; holds at its NRN and dimensions. */
export interface ParameterValueTable extends Entity {
  parameter_id: number;
  nrn: string;
  dimensions_json: string;
  /** Null for secrets. */
  value: string | null;
  /** In the secret vault. */
  secret_id: number | null;
}

/** A named plan of how traffic moves and when it is taken back (contract nullplatform 5.6). */
export interface StrategyTable extends Entity {
  name: string;
  description: string | null;
  nrn: string;
  dimensions_json: string;
  scope_type_ids_json: string;
  parameters_json: string;
}

/** The gate of one deployment (contract nullplatform 4.5). */
export interface ApprovalTable extends Entity {
  application_id: number;
  scope_id: number;
  deployment_id: number;
  nrn: string;
  status: ApprovalStatus;
  execution_status: ExecutionStatus;
  policy_json: string;
  decided_by: number | null;
  expires_at: number;
}

/** Which deployments need an approval, by place and dimensions. */
export interface ApprovalPolicyTable extends Entity {
  nrn: string;
  name: string;
  dimensions_json: string;
  /** `manual` or `deny`. */
  decision: string;
}

/** Deployments of one release to several scopes, watched together. */
export interface DeploymentGroupTable extends Entity {
  application_id: number;
  release_id: number;
  status: string;
  strategy_data_json: string;
  last_directive: string | null;
  created_by: number;
}

/** The action log of a scope (contract 6.5). */
export interface ActionTable {
  id: string;
  scope_id: number;
  deployment_id: number | null;
  slug: string;
  name: string;
  status: 'pending' | 'in_progress' | 'success' | 'failed';
  parameters_json: string;
  results_json: string;
  messages_json: string;
  rollout_id: string | null;
  created_at: number;
  updated_at: number;
}

/** An API key; its principal, secret and grants are the core's (contract 6.3). */
export interface ApiKeyTable extends Entity {
  name: string;
  principal_id: number;
  /** The id of the core's access key. */
  access_key_id: string;
  masked: string;
  tags_json: string;
  grants_json: string;
  owner_id: number;
  last_used_at: number | null;
}

/** A refresh token by its SHA-256; gone with its key. `expires_at` is epoch milliseconds. */
export interface RefreshTokenTable {
  hash: string;
  api_key_id: number;
  expires_at: number;
}

/** Bytes that were pushed to an upload address and that no asset names yet. */
export interface UploadTable {
  /** A UUID, in the address. */
  id: string;
  build_id: number;
  blob_sha256: string;
  blob_size: number;
  created_at: number;
}

/** The one key that access tokens and upload addresses are signed with; its bytes are in the secret vault. */
export interface SigningKeyTable {
  id: number;
  secret_id: number;
}

/** A value that is kept at an NRN, by the names of `aws.log_group_name`. */
export interface NrnValueTable {
  organization_id: number;
  nrn: string;
  namespace: string;
  name: string;
  value_json: string;
  updated_at: number;
}

/** All tables of the dialect. */
export interface NullplatformTables {
  np_organization: OrganizationTable;
  np_account: AccountTable;
  np_namespace: NamespaceTable;
  np_application: ApplicationTable;
  np_build: BuildTable;
  np_asset: AssetTable;
  np_release: ReleaseTable;
  np_scope: ScopeTable;
  np_deployment: DeploymentTable;
  np_message: MessageTable;
  np_parameter: ParameterTable;
  np_parameter_value: ParameterValueTable;
  np_strategy: StrategyTable;
  np_approval: ApprovalTable;
  np_approval_policy: ApprovalPolicyTable;
  np_deployment_group: DeploymentGroupTable;
  np_action: ActionTable;
  np_api_key: ApiKeyTable;
  np_refresh_token: RefreshTokenTable;
  np_signing_key: SigningKeyTable;
  np_upload: UploadTable;
  np_nrn_value: NrnValueTable;
}
