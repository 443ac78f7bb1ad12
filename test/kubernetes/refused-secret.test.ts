import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cluster } from '../../src/kubernetes/cluster.ts';
import { systemClock } from '../../src/storage/index.ts';
import { removeKubeconfig, standInKubeconfig } from './cluster-field.ts';

const value = 'open "sesame"\nand more';
const object = {
  ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's-5-d-7' } },
  data: { KEY: Buffer.from(value).toString('base64'), SHORT: Buffer.from('x').toString('base64') },
};

let status = 500;
/** An API server that repeats what it was sent. */
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const message = `admission of ${body} with ${JSON.stringify(value)}, that is ${value}, said no`;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
  status = 422;
});
let kubeconfig: string;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  kubeconfig = await standInKubeconfig(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await removeKubeconfig(kubeconfig);
});

test('nothing that is said of a Secret repeats its values: not why it is refused, not why it is tried again', async () => {
  const settings = { kubeconfig, kubernetesContext: undefined, kubernetesNamespace: undefined };
  const troubles: string[] = [];
  const cluster = new Cluster(settings, systemClock, {
    milliseconds: 20_000,
    onTrouble: (text) => troubles.push(text),
  });
  const refused = await cluster.apply(object, new AbortController().signal).catch((error) => error.message);
  expect(troubles).toHaveLength(1);
  for (const text of [refused, ...troubles]) {
    expect(text).toMatch(/admission of .*"KEY":"\*\*\*".* with "\*\*\*", that is \*\*\*, said no$/);
  }
});
