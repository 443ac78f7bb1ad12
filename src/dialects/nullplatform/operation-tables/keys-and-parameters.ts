import type { Operation } from '../operation.ts';
import {
  createApiKeyOperation,
  deleteApiKeyOperation,
  listApiKeys,
  readApiKey,
  updateApiKeyOperation,
} from '../operations/api-keys.ts';
import {
  createParameterOperation,
  deleteParameterOperation,
  deleteParameterValue,
  listParameters,
  readParameter,
  setParameterValue,
  updateParameterOperation,
} from '../operations/parameters.ts';

const read = 'nullplatform.read';
const parameter = 'nullplatform.parameter.write';
const keys = 'nullplatform.key.manage';

/** API keys and parameters (contract nullplatform 6.3, 6.5). */
export const keyAndParameterOperations: readonly Operation[] = [
  {
    section: '6.5',
    method: 'POST',
    path: '/parameter',
    purpose: 'define a parameter',
    permission: parameter,
    handle: createParameterOperation,
  },
  {
    section: '6.5',
    method: 'GET',
    path: '/parameter',
    purpose: 'list the parameters of an application',
    permission: read,
    handle: listParameters,
  },
  {
    section: '6.5',
    method: 'GET',
    path: '/parameter/:id',
    purpose: 'read one parameter',
    permission: read,
    handle: readParameter,
  },
  {
    section: '6.5',
    method: 'PATCH',
    path: '/parameter/:id',
    purpose: 'rename a parameter',
    permission: parameter,
    handle: updateParameterOperation,
  },
  {
    section: '6.5',
    method: 'DELETE',
    path: '/parameter/:id',
    purpose: 'remove a parameter',
    permission: parameter,
    handle: deleteParameterOperation,
  },
  {
    section: '6.5',
    method: 'POST',
    path: '/parameter/:id/value',
    purpose: 'set a value',
    permission: parameter,
    handle: setParameterValue,
  },
  {
    section: '6.5',
    method: 'DELETE',
    path: '/parameter/:id/value/:value',
    purpose: 'remove a value',
    permission: parameter,
    handle: deleteParameterValue,
  },
  ...apiKeyOperations('/api_key'),
  ...apiKeyOperations('/api-key'),
];

/** Under both of its spellings (contract nullplatform 5.12). */
function apiKeyOperations(path: string): Operation[] {
  return [
    {
      section: '6.3',
      method: 'POST',
      path: `${path}`,
      purpose: 'make an API key',
      permission: keys,
      handle: createApiKeyOperation,
      status: 201,
    },
    {
      section: '6.3',
      method: 'GET',
      path: `${path}`,
      purpose: 'list API keys',
      permission: keys,
      handle: listApiKeys,
    },
    {
      section: '6.3',
      method: 'GET',
      path: `${path}/:id`,
      purpose: 'read one API key, masked',
      permission: keys,
      handle: readApiKey,
    },
    {
      section: '6.3',
      method: 'PATCH',
      path: `${path}/:id`,
      purpose: 'change an API key',
      permission: keys,
      handle: updateApiKeyOperation,
    },
    {
      section: '6.3',
      method: 'DELETE',
      path: `${path}/:id`,
      purpose: 'end an API key',
      permission: keys,
      handle: deleteApiKeyOperation,
    },
  ];
}
