import type { Operation } from '../operation.ts';
import type { Permission } from '../roles.ts';

const read: Permission = 'nullplatform.read';

/** The four usual calls of a resource that is not served. */
function resource(path: string, purpose: string, section = '6.5'): Operation[] {
  return [
    { section, method: 'POST', path, purpose: `make ${purpose}`, permission: read },
    { section, method: 'GET', path, purpose: `list ${purpose}s`, permission: read },
    { section, method: 'GET', path: `${path}/:id`, purpose: `read ${purpose}`, permission: read },
    { section, method: 'PATCH', path: `${path}/:id`, purpose: `change ${purpose}`, permission: read },
    { section, method: 'DELETE', path: `${path}/:id`, purpose: `remove ${purpose}`, permission: read },
  ];
}

/** What the original has and we have not: it is known, needs a token, and answers 501. */
export const missingOperations: readonly Operation[] = [
  ...resource('/dimension', 'a dimension'),
  ...resource('/scope_type', 'a type of scope'),
  ...resource('/service', 'a service', '6.5'),
  ...resource('/service_specification', 'a specification of services'),
  ...resource('/link', 'a link'),
  ...resource('/link_specification', 'a specification of links'),
  ...resource('/notification/channel', 'a notification channel', '5.9'),
  {
    section: '5.9',
    method: 'POST',
    path: '/notification/:id/resend',
    purpose: 'send a notification again',
    permission: read,
  },
  ...resource('/entity_hook', 'a hook', '5.8'),
  ...resource('/provider', 'a provider'),
  ...resource('/provider_specification', 'a specification of providers'),
  ...resource('/runtime_configuration', 'a runtime configuration'),
  ...resource('/technology_template', 'a template'),
  ...resource('/template', 'a template of applications'),
  ...resource('/user_role', 'a role of a user'),
  ...resource('/approval_policy', 'a policy of approvals'),
  ...resource('/approval_action', 'an action of approvals'),
  ...resource('/controlplane/agent', 'an agent'),
  { section: '6.5', method: 'GET', path: '/nrn/:nrn', purpose: 'read the store of an NRN', permission: read },
  {
    section: '6.5',
    method: 'PATCH',
    path: '/nrn/:nrn',
    purpose: 'change the store of an NRN',
    permission: read,
  },
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
  ...resource('/metadata_specification', 'a specification of metadata'),
];
