import { expect, test } from 'vitest';
import { scopeAddress } from './scope-address.ts';

const domain = 'web-shop.example.com';
const onHosts = { domain, type: 'web_pool', hosts_json: '["s1"]' };
const inCluster = { domain, type: 'web_pool_k8s', hosts_json: '[]' };
const ofAnAgent = { domain, type: 'custom', hosts_json: '[]' };
const settings = { routerPort: 4680, routerPublicUrl: undefined, kubernetesPublicUrl: 'https://*' };

test.each([
  ['the port of the router, unless told otherwise', onHosts, {}, `http://${domain}:4680`],
  ['no port where it is the usual one', onHosts, { routerPort: 80 }, `http://${domain}`],
  ['what stands before the routers', onHosts, { routerPublicUrl: 'https://*' }, `https://${domain}`],
  ['that with a port', onHosts, { routerPublicUrl: 'https://*:8443' }, `https://${domain}:8443`],
  ['the Gateway of the cluster', inCluster, { routerPublicUrl: 'http://*:81' }, `https://${domain}`],
  ['no router for an agent of the organization', ofAnAgent, {}, `http://${domain}`],
  ['the router again for one on hosts', { ...onHosts, type: 'custom' }, {}, `http://${domain}:4680`],
] as const)('a scope is reached through %s', (_what, scope, more, address) => {
  expect(scopeAddress({ ...settings, ...more }, scope)).toBe(address);
});
