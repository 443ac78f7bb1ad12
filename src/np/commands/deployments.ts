import type { BodyKey, Command, Flag } from '../command.ts';
import { filters, includeFlag, messagesFlag, pageFlags } from './common-flags.ts';

const strategyKeys: readonly BodyKey[] = [
  { name: 'name', brief: 'what it is called', isRequired: true },
  { name: 'description', brief: 'free text' },
  { name: 'nrn', brief: 'where it can be used; default the organization' },
  { name: 'dimensions', brief: 'in which scopes' },
  { name: 'scope_type_ids', brief: 'for which types of scopes' },
  { name: 'parameters', brief: 'steps of traffic and rules of metrics' },
];

const groupChanges: readonly BodyKey[] = [
  { name: 'status', brief: '"cancelling" or "finalizing", for all members' },
  { name: 'strategy_data', brief: '{ "desired_switched_traffic": 0 to 100 }' },
];

const strategyId: Flag = { name: 'id', brief: 'The strategy', isRequired: true };

/** Deployments, and what decides about them (contract nullplatform 3.2 to 3.5, 6.5). */
export const deploymentCommands: readonly Command[] = [
  {
    words: 'deployment create',
    brief: 'Deploy a release to a scope',
    method: 'POST',
    path: '/deployment',
    body: [
      { name: 'scope_id', brief: 'where to', isRequired: true },
      { name: 'release_id', brief: 'what', isRequired: true },
      { name: 'asset_name', brief: 'which asset of the build; needed once, where the build has several' },
      { name: 'description', brief: 'free text' },
      { name: 'external_strategy_id', brief: 'the deployment strategy to follow' },
      { name: 'strategy_data', brief: '{ "desired_switched_traffic": 0 to 100 }' },
    ],
    example: `--body '{ "scope_id": 5, "release_id": 7 }' --query .id`,
  },
  {
    words: 'deployment patch',
    brief: 'Cancel, finalise, or move traffic',
    method: 'PATCH',
    path: '/deployment/:id',
    body: [
      { name: 'status', brief: '"cancelling" or "finalizing"' },
      { name: 'strategy_data', brief: '{ "desired_switched_traffic": 0 to 100 }' },
      { name: 'description', brief: 'free text' },
    ],
    example: `--id 1470739357 --body '{ "strategy_data": { "desired_switched_traffic": 25 } }'`,
  },
  {
    words: 'deployment read',
    brief: 'Read one deployment',
    method: 'GET',
    path: '/deployment/:id',
    flags: [messagesFlag, includeFlag],
    example: '--id 1470739357 --query .status',
  },
  {
    words: 'deployment list',
    brief: 'List deployments',
    method: 'GET',
    path: '/deployment',
    flags: [
      ...filters([
        'application_id',
        'scope_id',
        'status',
        'status_in_scope',
        'release_id',
        'deployment_group_id',
        'nrn',
        'id',
      ]),
      messagesFlag,
      ...pageFlags,
    ],
    example: '--scope_id 5 --status_in_scope active',
  },
  {
    words: 'deployment watch',
    brief: 'Follow a deployment to its end: traffic, health and messages as they change',
    method: 'GET',
    path: '/deployment/:id',
    flags: [
      {
        name: 'until',
        brief: 'Stop at this status already, like running',
        values: ['waiting_for_instances', 'running', 'finalizing', 'finalized', 'cancelled', 'rolled_back'],
      },
    ],
    example: '--id 1470739357',
    does: 'deployment-watch',
  },
  {
    words: 'deployment-group create',
    brief: 'Deploy one release to several scopes',
    method: 'POST',
    path: '/deployment_group',
    body: [
      { name: 'application_id', brief: 'whose release', isRequired: true },
      { name: 'release_id', brief: 'what', isRequired: true },
      { name: 'deployments', brief: '[{ "scope_id": 5 }, …]', isRequired: true },
    ],
    example: `--body '{ "application_id": 4, "release_id": 7, "deployments": [{ "scope_id": 5 }] }'`,
  },
  {
    words: 'deployment-group patch',
    brief: 'Finalise, cancel or move the traffic of a group',
    method: 'PATCH',
    path: '/deployment_group/:id',
    body: groupChanges,
    example: `--id 12 --body '{ "status": "finalizing" }'`,
  },
  {
    words: 'deployment-group list',
    brief: 'List groups of deployments, or read one by --id',
    method: 'GET',
    path: '/deployment_group',
    flags: [...filters(['id', 'application_id', 'release_id']), ...pageFlags],
    example: '--application_id 4',
  },
  {
    words: 'deployment-strategy create',
    brief: 'Make a deployment strategy',
    method: 'POST',
    path: '/deployment_strategy',
    body: strategyKeys,
    example: '--body strategy.json',
  },
  {
    words: 'deployment-strategy list',
    brief: 'List deployment strategies',
    method: 'GET',
    path: '/deployment_strategy',
    flags: [...filters(['id', 'name', 'nrn']), ...pageFlags],
  },
  {
    words: 'deployment-strategy read',
    brief: 'Read one deployment strategy',
    method: 'GET',
    path: '/deployment_strategy/:id',
    flags: [strategyId],
    example: '--id 31',
  },
  {
    words: 'deployment-strategy patch',
    brief: 'Change a deployment strategy',
    method: 'PATCH',
    path: '/deployment_strategy/:id',
    flags: [strategyId],
    body: strategyKeys,
    example: '--id 31 --body strategy.json',
  },
  {
    words: 'deployment-strategy delete',
    brief: 'Remove a deployment strategy',
    method: 'DELETE',
    path: '/deployment_strategy/:id',
    flags: [strategyId],
    example: '--id 31',
  },
  {
    words: 'approval list',
    brief: 'List approvals',
    method: 'GET',
    path: '/approval',
    flags: [
      ...filters(['nrn', 'id', 'deployment_id', 'scope_id', 'application_id', 'status', 'execution_status']),
      ...pageFlags,
    ],
    example: '--status pending',
  },
  {
    words: 'approval read',
    brief: 'Read one approval',
    method: 'GET',
    path: '/approval/:id',
    example: '--id 8',
  },
  ...(['approve', 'deny', 'execute'] as const).map(
    (verb): Command => ({
      words: `approval ${verb}`,
      brief: { approve: 'Approve', deny: 'Deny', execute: 'Start an approved deployment' }[verb],
      method: 'POST',
      path: `/approval/:id/${verb}`,
      body: [],
      defaultBody: {},
      example: '--id 8',
    }),
  ),
  {
    words: 'approval dry-run',
    brief: 'Whether a deployment would need an approval',
    method: 'POST',
    path: '/approval/dry-run',
    body: [{ name: 'scope_id', brief: 'where it would go', isRequired: true }],
    example: `--body '{ "scope_id": 5 }'`,
  },
];
