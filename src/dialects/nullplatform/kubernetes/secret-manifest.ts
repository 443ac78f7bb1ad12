import type { KubernetesObject } from '../../../kubernetes/index.ts';
import type { InstanceContents } from '../deployments/executor.ts';
import { secretName, versionLabels } from './names.ts';

const fileKey = (index: number) => `file.${index}`;
const variableKey = (index: number) => `variable.${index}`;

/**
 * The immutable Secret with all variables and files of a version. Keys are numbered, because a Secret does not take
 * every name that a parameter may have. Bytes in base64 are `data` as they are. Pure.
 */
export function secretManifest(
  scopeId: number,
  deploymentId: number,
  { environment, files }: InstanceContents,
): KubernetesObject {
  const texts = files.flatMap(({ content, encoding }, index) =>
    encoding === 'utf8' ? [[fileKey(index), content]] : [],
  );
  const bytes = files.flatMap(({ content, encoding }, index) =>
    encoding === 'base64' ? [[fileKey(index), content]] : [],
  );
  const variables = Object.values(environment).map((value, index) => [variableKey(index), value]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: secretName(scopeId, deploymentId),
      labels: versionLabels(scopeId, deploymentId),
    },
    type: 'Opaque',
    immutable: true,
    stringData: Object.fromEntries([...variables, ...texts]),
    ...(bytes.length === 0 ? {} : { data: Object.fromEntries(bytes) }),
  };
}

/** What a pod takes from that Secret: its variables, and its files where they belong. Pure. */
export function podContents(secret: string, { environment, files }: InstanceContents) {
  const mounts = files.map(({ path }, index) => ({
    name: 'files',
    mountPath: path.startsWith('/') ? path : `/${path}`,
    subPath: fileKey(index),
    readOnly: true,
  }));
  const items = files.map((_file, index) => ({ key: fileKey(index), path: fileKey(index) }));
  return {
    env: Object.keys(environment).map((name, index) => ({
      name,
      valueFrom: { secretKeyRef: { name: secret, key: variableKey(index) } },
    })),
    volumeMounts: mounts,
    volumes: mounts.length === 0 ? [] : [{ name: 'files', secret: { secretName: secret, items } }],
  };
}
