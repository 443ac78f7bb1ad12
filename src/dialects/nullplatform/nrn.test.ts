import { expect, test } from 'vitest';
import { nrnOf, placeOf, placeOfResource, resourceOf } from './nrn.ts';

const scope = { organization: 1, account: 2, namespace: 3, application: 4, scope: 5 };

test('a place has an NRN and a resource path, and both lead back', () => {
  expect(nrnOf(scope)).toBe('organization=1:account=2:namespace=3:application=4:scope=5');
  expect(resourceOf(scope)).toBe(
    '/nullplatform/organizations/1/accounts/2/namespaces/3/applications/4/scopes/5',
  );
  expect(placeOf(nrnOf(scope))).toEqual(scope);
  expect(placeOfResource(resourceOf(scope))).toEqual(scope);
  expect(nrnOf(scope, ['deployment', 6])).toBe(`${nrnOf(scope)}:deployment=6`);
  expect(placeOf(`${nrnOf(scope)}:deployment=6`)).toEqual(scope);
  expect(placeOf('organization=1:account=2:namespace=3:application=4:build=9')).toMatchObject({
    application: 4,
  });
});

test.each([
  '',
  'organization',
  'organization=x',
  'organization=0',
  'account=2',
  'organization=1:scope=5',
  'a=1:b=2',
])('%s is no NRN', (text) => {
  expect(placeOf(text)).toBeUndefined();
});

test('a path above all organizations covers everything, another room’s nothing', () => {
  expect(placeOfResource('/')).toBe('everything');
  expect(placeOfResource('/nhn-deploy/projects/1')).toBeUndefined();
});
