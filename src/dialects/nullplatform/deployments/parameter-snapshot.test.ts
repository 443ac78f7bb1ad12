import { expect, test } from 'vitest';
import { instanceContents } from './instance-contents.ts';
import { chooseValues, type ParameterCandidate } from './parameter-snapshot.ts';

const application = 'organization=1:account=2:namespace=3:application=4';
const scope = { nrn: `${application}:scope=5`, dimensions: { environment: 'production', country: 'uy' } };
const candidate = (value: string, more: Partial<ParameterCandidate> = {}): ParameterCandidate => ({
  ...{ id: 1, name: 'Color', type: 'environment', variable: 'COLOR', encoding: 'plaintext' },
  ...{ secret: false, version: 1, value, secretId: null, nrn: application, dimensions: {} },
  ...more,
});
const chosen = (...candidates: ParameterCandidate[]) =>
  chooseValues(candidates, scope).map(({ value }) => value);

test('49. the value of the scope beats one by dimensions, which beats that of the application', () => {
  const byApplication = candidate('application');
  const byDimension = candidate('dimension', { dimensions: { environment: 'production' } });
  const byBoth = candidate('both', { dimensions: { environment: 'production', country: 'uy' } });
  const own = candidate('scope', { nrn: scope.nrn });
  expect(chosen(byApplication, byDimension)).toEqual(['dimension']);
  expect(chosen(byBoth, byApplication, byDimension)).toEqual(['both']);
  expect(chosen(own, byBoth, byApplication)).toEqual(['scope']);
});

test('of two values that are equally near the one that was set later holds, whatever its number', () => {
  const production = candidate('production', { version: 9, dimensions: { environment: 'production' } });
  const uruguay = candidate('uruguay', { version: 3, dimensions: { country: 'uy' } });
  expect(chosen(production, uruguay)).toEqual(['uruguay']);
  expect(chosen(uruguay, production)).toEqual(['production']);
});

test('values of other places and dimensions do not hold', () => {
  expect(chosen(candidate('x', { nrn: `${application}:scope=50` }))).toEqual([]);
  expect(chosen(candidate('x', { nrn: 'organization=1:account=2:namespace=3:application=40' }))).toEqual([]);
  expect(chosen(candidate('x', { dimensions: { environment: 'staging' } }))).toEqual([]);
});

test('secrets are placeholders, files go to their paths, and the platform names itself last', () => {
  const place = {
    ...{ account: 'shop', namespace: 'web', application: 'storefront', scope: 'production' },
    ...{
      deploymentId: 9,
      semver: '1.0.0',
      domain: 'd.localhost',
      dimensions: { 'my-zone': 'a' },
      tokenSecretId: 3,
    },
  };
  const contents = instanceContents(
    place,
    [
      candidate('red'),
      candidate('', { variable: 'PASSWORD', value: null, secret: true, secretId: 8 }),
      candidate('no', { variable: 'NP_SCOPE' }),
      candidate('aGk=', { type: 'file', variable: 'conf/app.bin', encoding: 'base64' }),
    ],
    (secretId) => `placeholder-${secretId}`,
  );
  expect(contents.environment).toMatchObject({
    ...{ COLOR: 'red', PASSWORD: 'placeholder-8', NP_SCOPE: 'production', NP_DIMENSION_MY_ZONE: 'a' },
    NP_DEPLOYMENT_TOKEN: 'placeholder-3',
  });
  expect(contents.files).toEqual([{ path: 'conf/app.bin', content: 'aGk=', encoding: 'base64' }]);
  expect(contents.secrets).toEqual([
    { placeholder: 'placeholder-8', secretId: 8 },
    { placeholder: 'placeholder-3', secretId: 3 },
  ]);
});
