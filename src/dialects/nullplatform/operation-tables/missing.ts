import type { Operation } from '../operation.ts';
import type { Permission } from '../roles.ts';

const read: Permission = 'nullplatform.read';

/** The five usual calls of a resource that is not served; `purpose` names one of them, `plural` several. */
function resource(path: string, purpose: string, plural: string, section = '6.5'): Operation[] {
  return [
    { section, method: 'POST', path, purpose: `make ${purpose}`, permission: read },
    { section, method: 'GET', path, purpose: `list ${plural}`, permission: read },
    { section, method: 'GET', path: `${path}/:id`, purpose: `read ${purpose}`, permission: read },
    { section, method: 'PATCH', path: `${path}/:id`, purpose: `change ${purpose}`, permission: read },
    { section, method: 'DELETE', path: `${path}/:id`, purpose: `remove ${purpose}`, permission: read },
  ];
}

/** What the original has and we have not: it is known, needs a token, and answers 501. */
export const missingOperations: readonly Operation[] = [
  ...resource('/dimension', 'a dimension', 'dimensions'),
  ...resource('/scope_type', 'a type of scope', 'types of scopes'),
  ...resource('/service', 'a service', 'services'),
  ...resource('/service_specification', 'a specification of services', 'specifications of services'),
  ...resource('/link', 'a link', 'links'),
  ...resource('/link_specification', 'a specification of links', 'specifications of links'),
  ...resource('/notification/channel', 'a notification channel', 'notification channels', '5.9'),
  {
    section: '5.9',
    method: 'POST',
    path: '/notification/:id/resend',
    purpose: 'send a notification again',
    permission: read,
  },
  ...resource('/entity_hook', 'a hook', 'hooks', '5.8'),
  ...resource('/provider', 'a provider', 'providers'),
  ...resource('/provider_specification', 'a specification of providers', 'specifications of providers'),
  ...resource('/runtime_configuration', 'a runtime configuration', 'runtime configurations'),
  ...resource('/technology_template', 'a template', 'templates'),
  ...resource('/template', 'a template of applications', 'templates of applications'),
  ...resource('/user_role', 'a role of a user', 'roles of users'),
  ...resource('/approval_policy', 'a policy of approvals', 'policies of approvals'),
  ...resource('/approval_action', 'an action of approvals', 'actions of approvals'),
  ...resource('/controlplane/agent', 'an agent', 'agents'),
  {
    section: '6.5',
    method: 'GET',
    path: '/metadata/:entity/:id',
    purpose: 'read metadata of the catalog',
    permission: read,
  },
  {
    section: '6.5',
    method: 'POST',
    path: '/metadata/:entity/:id',
    purpose: 'write metadata of the catalog',
    permission: read,
  },
  ...resource('/metadata_specification', 'a specification of metadata', 'specifications of metadata'),
];
