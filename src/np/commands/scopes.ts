import type { BodyKey, Command, Flag } from '../command.ts';
import { filters, messagesFlag, pageFlags } from './common-flags.ts';

const changes: readonly BodyKey[] = [
  { name: 'requested_spec', brief: '{ "cpu_profile", "memory_in_gb", … }' },
  { name: 'capabilities', brief: 'health check, scaling, continuous delivery, …' },
  { name: 'tier', brief: 'how critical it is' },
  { name: 'asset_name', brief: 'which asset of the builds it runs' },
];

const service: Flag = {
  name: 'id',
  aliases: ['serviceId'],
  brief: 'The instance_id of the scope',
  isRequired: true,
};

const action: Flag = { name: 'action', aliases: ['actionId'], brief: 'Which action', isRequired: true };

/** Scopes, what was done in them, and what they tell (contract nullplatform 3.10, 6.5). */
export const scopeCommands: readonly Command[] = [
  {
    words: 'scope list',
    brief: 'List the scopes of applications',
    method: 'GET',
    path: '/scope',
    flags: [...filters(['status', 'slug', 'type', 'name', 'id'], 'application_id'), ...pageFlags],
    example: '--application_id 4',
  },
  {
    words: 'scope read',
    brief: 'Read one scope, with its deployments',
    method: 'GET',
    path: '/scope/:id',
    flags: [messagesFlag],
    example: '--id 5 --query .domain',
  },
  {
    words: 'scope create',
    brief: 'Make a scope',
    method: 'POST',
    path: '/scope',
    body: [
      { name: 'application_id', brief: 'whose', isRequired: true },
      { name: 'name', brief: 'what it is called', isRequired: true },
      { name: 'type', brief: '"web_pool", "web_pool_k8s", …', isRequired: true },
      { name: 'hosts', brief: 'the hosts of a web_pool' },
      { name: 'dimensions', brief: '{ "environment": "production" }' },
      { name: 'description', brief: 'free text' },
      ...changes,
    ],
    example: `--body '{ "application_id": 4, "name": "staging", "type": "web_pool", "hosts": ["s1"] }'`,
  },
  {
    words: 'scope patch',
    brief: 'Change, stop or empty a scope',
    method: 'PATCH',
    path: '/scope/:id',
    body: [
      { name: 'name', brief: 'what it is called' },
      { name: 'status', brief: '"stopping", "recreating", "deleting"' },
      ...changes,
    ],
    example: `--id 5 --body '{ "status": "stopping" }'`,
  },
  {
    words: 'scope delete',
    brief: 'Delete a scope',
    method: 'DELETE',
    path: '/scope/:id',
    flags: [{ name: 'force', brief: 'After a delete that failed', isSwitch: true }],
    example: '--id 5',
  },
  {
    words: 'service action list',
    brief: 'The action log of a scope',
    method: 'GET',
    path: '/service/:id/action',
    flags: [service, ...pageFlags],
    example: '--id 6f6f6d0e-0000-4000-8000-000000000005 --limit 5',
  },
  {
    words: 'service action read',
    brief: 'One action of a scope',
    method: 'GET',
    path: '/service/:id/action/:action',
    flags: [service, action, messagesFlag],
    example:
      '--id 6f6f6d0e-0000-4000-8000-000000000005 --action 0192f0c4-0000-7000-8000-000000000001 --include_messages',
  },
  {
    words: 'telemetry log',
    brief: 'What the instances of an application wrote',
    method: 'GET',
    path: '/telemetry/application/:application_id/log',
    flags: [
      { name: 'type', brief: 'What kind of log (application)' },
      { name: 'scope', brief: 'Only of these scopes, separated by commas' },
      { name: 'next_page_token', brief: 'Go on from here' },
      { name: 'limit', brief: 'How many lines at most' },
    ],
    example: '--application_id 4 --scope 5 --query ".results[].message"',
  },
  {
    words: 'telemetry metric',
    brief: 'Requests, error rate, response time of a scope',
    method: 'GET',
    path: '/telemetry/application/:application_id/metric/:metric',
    flags: [
      {
        name: 'metric',
        brief: 'Which one',
        values: [
          'http.rpm',
          'http.error_rate',
          'http.response_time',
          'system.cpu_usage_percentage',
          'system.memory_usage_percentage',
        ],
        isRequired: true,
      },
      { name: 'scope_id', brief: 'The scope', isRequired: true },
      { name: 'minutes', brief: 'How far back (default 60)' },
      { name: 'period', brief: 'Seconds that one value stands for (default 60)' },
    ],
    example: '--application_id 4 --scope_id 5 --metric http.rpm',
  },
  {
    words: 'telemetry instance',
    brief: 'The instances of an application',
    method: 'GET',
    path: '/telemetry/instance',
    flags: filters(['scope_id'], 'application_id'),
    example: '--application_id 4 --scope_id 5',
  },
];
