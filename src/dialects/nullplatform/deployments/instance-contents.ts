import type { InstanceContents } from './executor.ts';
import type { ShippedParameter } from './parameter-snapshot.ts';

/** Where an instance runs and what it runs, in words for its environment. */
export interface InstancePlace {
  /** Slugs. */
  readonly account: string;
  readonly namespace: string;
  readonly application: string;
  readonly scope: string;
  readonly deploymentId: number;
  readonly semver: string;
  readonly domain: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly tokenSecretId: number;
}

/**
 * Environment and files of an instance (contract nullplatform 5.4). Secrets are placeholders, which `placeholder` makes
 * so that no value of a parameter can name one.
 */
export function instanceContents(
  place: InstancePlace,
  parameters: readonly ShippedParameter[],
  placeholder: (secretId: number) => string,
): InstanceContents {
  const secrets = new Map<number, string>();
  const hide = (secretId: number) => {
    const known = secrets.get(secretId) ?? placeholder(secretId);
    secrets.set(secretId, known);
    return known;
  };
  const textOf = ({ secretId, value }: ShippedParameter) =>
    secretId === null ? (value ?? '') : hide(secretId);
  const own = parameters.filter(({ type }) => type === 'environment');
  const files = parameters.filter(({ type }) => type === 'file');
  const environment = {
    ...Object.fromEntries(own.map((parameter) => [parameter.variable, textOf(parameter)])),
    ...platformVariables(place),
    NP_DEPLOYMENT_TOKEN: hide(place.tokenSecretId),
  };
  return {
    environment,
    files: files.map((parameter) => ({
      path: parameter.variable,
      content: textOf(parameter),
      encoding: parameter.encoding === 'base64' ? ('base64' as const) : ('utf8' as const),
    })),
    secrets: [...secrets].map(([secretId, text]) => ({ placeholder: text, secretId })),
  };
}

function platformVariables(place: InstancePlace): Record<string, string> {
  const dimensions = Object.entries(place.dimensions).map(([name, value]) => [
    `NP_DIMENSION_${name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_')}`,
    String(value),
  ]);
  return {
    NP_ACCOUNT: place.account,
    NP_NAMESPACE: place.namespace,
    NP_APPLICATION: place.application,
    NP_SCOPE: place.scope,
    NP_DEPLOYMENT_ID: String(place.deploymentId),
    NP_RELEASE_SEMVER: place.semver,
    NP_DOMAIN: place.domain,
    ...Object.fromEntries(dimensions),
  };
}
