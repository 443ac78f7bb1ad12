import type { Operation } from '../operation.ts';
import type { Permission } from '../roles.ts';

const read: Permission = 'nullplatform.read';

/**
 * The five usual calls of a resource that is not served; `purpose` names one of them, `plural` several, and `id` is
 * what one is called in the path.
 */
function resource(path: string, purpose: string, plural: string, section = '6.5', id = 'id'): Operation[] {
  const one = `${path}/:${id}`;
  return [
    { section, method: 'POST', path, purpose: `make ${purpose}`, permission: read },
    { section, method: 'GET', path, purpose: `list ${plural}`, permission: read },
    { section, method: 'GET', path: one, purpose: `read ${purpose}`, permission: read },
    { section, method: 'PATCH', path: one, purpose: `change ${purpose}`, permission: read },
    { section, method: 'DELETE', path: one, purpose: `remove ${purpose}`, permission: read },
  ];
}

/** One call that is not served. */
function call(method: Operation['method'], path: string, purpose: string): Operation {
  return { section: '6.5', method, path, purpose, permission: read };
}

/**
 * What the original has and we have not: it is known, needs a token, and answers 501. The paths are those that the
 * terraform provider and `np` call.
 */
export const missingOperations: readonly Operation[] = [
  ...resource('/dimension', 'a dimension', 'dimensions'),
  ...resource('/dimension/:id/value', 'a value of a dimension', 'values of a dimension', '6.5', 'value'),
  ...resource('/scope_type', 'a type of scope', 'types of scopes'),
  ...resource('/scope_domain', 'a domain of a scope', 'domains of scopes'),
  ...resource('/capability', 'a capability', 'capabilities'),
  ...resource('/service', 'a service', 'services'),
  ...resource('/service_specification', 'a specification of services', 'specifications of services'),
  ...resource('/link', 'a link', 'links'),
  ...resource('/link_specification', 'a specification of links', 'specifications of links'),
  ...['/service_specification', '/link_specification'].flatMap((path) =>
    resource(
      `${path}/:id/action_specification`,
      'a specification of actions',
      'specifications of actions',
      '6.5',
      'action',
    ),
  ),
  call('GET', '/action_specification/:id', 'read a specification of actions'),
  ...resource('/notification/channel', 'a notification channel', 'notification channels', '5.9'),
  {
    section: '5.9',
    method: 'POST',
    path: '/notification/:id/resend',
    purpose: 'send a notification again',
    permission: read,
  },
  ...resource('/entity_hook', 'a hook', 'hooks', '5.8'),
  ...resource('/entity_hook/action', 'an action of hooks', 'actions of hooks', '5.8'),
  ...resource('/provider', 'a provider', 'providers'),
  ...resource('/provider_specification', 'a specification of providers', 'specifications of providers'),
  ...resource('/runtime_configuration', 'a runtime configuration', 'runtime configurations'),
  ...resource('/technology_template', 'a template', 'templates'),
  ...resource('/template', 'a template of applications', 'templates of applications'),
  ...resource('/user_role', 'a role of a user', 'roles of users'),
  ...resource('/user', 'a user', 'users'),
  call('POST', '/user/invite', 'invite a user'),
  call('PUT', '/user/:id', 'change a user'),
  ...resource('/authz/grants', 'a grant of a user', 'grants of users'),
  ...resource('/approval/policy', 'a policy of approvals', 'policies of approvals'),
  ...resource('/approval/action', 'an action of approvals', 'actions of approvals'),
  call('POST', '/approval/action/:id/policy', 'bind a policy to an action of approvals'),
  call('DELETE', '/approval/action/:id/policy/:policy', 'take a policy from an action of approvals'),
  ...resource('/controlplane/agent', 'an agent', 'agents'),
  call('GET', '/metadata/:entity/:id', 'read metadata of the catalog'),
  call('POST', '/metadata/:entity/:id', 'write metadata of the catalog'),
  ...['/metadata_specification', '/metadata/metadata_specification'].flatMap((path) =>
    resource(path, 'a specification of metadata', 'specifications of metadata'),
  ),
];
