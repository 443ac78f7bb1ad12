import type { BodyKey, Command } from '../command.ts';
import { filters, pageFlags } from './common-flags.ts';

const keyFields: readonly BodyKey[] = [
  { name: 'name', brief: 'what it is called', isRequired: true },
  { name: 'grants', brief: '[{ "nrn": "organization=1", "role_slug": "developer" }]', isRequired: true },
  { name: 'tags', brief: '[{ "key": …, "value": … }], at most 5' },
];

const valueFields: readonly BodyKey[] = [
  { name: 'nrn', brief: 'the application or one scope' },
  { name: 'value', brief: 'the text', isRequired: true },
  { name: 'dimensions', brief: '{ "environment": "production" }' },
];

/** API keys and parameters (contract nullplatform 6.3, 6.5). */
export const keyAndParameterCommands: readonly Command[] = [
  {
    words: 'parameter list',
    brief: 'List the parameters of an application',
    method: 'GET',
    path: '/parameter',
    flags: [...filters(['id', 'name', 'type', 'variable'], 'nrn'), ...pageFlags],
    example: '--nrn organization=1:account=2:namespace=3:application=4',
  },
  {
    words: 'parameter read',
    brief: 'Read one parameter',
    method: 'GET',
    path: '/parameter/:id',
    example: '--id 21',
  },
  {
    words: 'parameter create',
    brief: 'Define a parameter',
    method: 'POST',
    path: '/parameter',
    body: [
      { name: 'nrn', brief: 'of the application', isRequired: true },
      { name: 'name', brief: 'what it is called', isRequired: true },
      { name: 'variable', brief: 'the environment variable, or the path of the file' },
      { name: 'type', brief: '"environment" (default) or "file"' },
      { name: 'encoding', brief: '"plaintext" (default) or "base64"' },
      { name: 'secret', brief: 'true or false' },
      { name: 'values', brief: '[{ "nrn", "value", "dimensions" }]' },
    ],
    example: '--body parameter.json',
  },
  {
    words: 'parameter patch',
    brief: 'Rename a parameter',
    method: 'PATCH',
    path: '/parameter/:id',
    body: [
      { name: 'name', brief: 'what it is called' },
      { name: 'read_only', brief: 'true or false' },
    ],
    example: `--id 21 --body '{ "name": "greeting" }'`,
  },
  {
    words: 'parameter delete',
    brief: 'Remove a parameter',
    method: 'DELETE',
    path: '/parameter/:id',
    example: '--id 21',
  },
  {
    words: 'parameter value create',
    brief: 'Set a value of a parameter',
    method: 'POST',
    path: '/parameter/:id/value',
    body: valueFields,
    example: `--id 21 --body '{ "value": "hello" }'`,
  },
  {
    words: 'parameter value delete',
    brief: 'Remove a value of a parameter',
    method: 'DELETE',
    path: '/parameter/:id/value/:value',
    example: '--id 21 --value 22',
  },
  {
    words: 'api-key list',
    brief: 'List API keys',
    method: 'GET',
    path: '/api_key',
    flags: [...filters(['owner_id', 'name', 'id']), ...pageFlags],
  },
  {
    words: 'api-key read',
    brief: 'Read one API key, masked',
    method: 'GET',
    path: '/api_key/:id',
    example: '--id 123',
  },
  {
    words: 'api-key create',
    brief: 'Make an API key; its secret is shown this once',
    method: 'POST',
    path: '/api_key',
    body: keyFields,
    example: `--body '{ "name": "ci", "grants": [{ "nrn": "organization=1", "role_slug": "machine:ci" }] }'`,
  },
  {
    words: 'api-key patch',
    brief: 'Change an API key',
    method: 'PATCH',
    path: '/api_key/:id',
    body: keyFields.map(({ name, brief }) => ({ name, brief })),
    example: `--id 123 --body '{ "name": "pipelines" }'`,
  },
  {
    words: 'api-key delete',
    brief: 'End an API key',
    method: 'DELETE',
    path: '/api_key/:id',
    example: '--id 123',
  },
];
