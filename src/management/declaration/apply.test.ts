import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cheapHash } from '../../../test/harness/identity.ts';
import { openTestStorage, type TestStorage, twinEngines } from '../../../test/harness/storage.ts';
import { CoreError } from '../../errors/index.ts';
import { createIdentity, type Identity, identityMigrations } from '../../identity/index.ts';
import { createLedger, type Ledger, ledgerMigrations } from '../../ledger/index.ts';
import { type DatabaseEngine, systemClock } from '../../storage/index.ts';
import { managementMigrations } from '../migrations.ts';
import { applyDeclaration, type DeclarationRequest } from './apply.ts';
import { joinTokensSection } from './join-tokens.ts';
import { principalsSection } from './principals.ts';
import { DeclarationRefused } from './refused.ts';
import type { DeclarationSection, DeclaredChange } from './section.ts';

let opened: TestStorage;
let identity: Identity;
let ledger: Ledger;

const migrations = [...ledgerMigrations, ...identityMigrations, ...managementMigrations];
const dev = { name: 'dev@example.com', admin: true };
const password = 'change-me-now';
const key = { id: 'DEVKEY00000000000001', secret: 'devsecret0000001' };

function apply(
  document: unknown,
  options: Partial<DeclarationRequest> & { extra?: DeclarationSection } = {},
): Promise<readonly DeclaredChange[]> {
  const { extra, ...request } = options;
  const sections = [joinTokensSection(identity), principalsSection(identity), ...(extra ? [extra] : [])];
  return applyDeclaration({ storage: opened.storage, ledger }, sections, {
    document,
    by: 'tester',
    ...request,
  });
}

const refusalOf = async (
  applied: Promise<unknown>,
): Promise<readonly { path: string; message: string }[]> => {
  const error = await applied.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DeclarationRefused);
  return (error as DeclarationRefused).errors;
};

/** Opens an empty database before each test of the group that calls it. */
function onEmptyDatabase(engine: DatabaseEngine): void {
  beforeEach(async () => {
    opened = await openTestStorage({ engine, migrations: [{ name: 'core', migrations }] });
    identity = createIdentity({ storage: opened.storage, clock: systemClock, hashCost: cheapHash });
    ledger = createLedger({ storage: opened.storage });
  });
  afterEach(() => opened.close());
}

describe.each(twinEngines)('applying a declaration on %s', (engine) => {
  onEmptyDatabase(engine);

  test('creates what is declared, and a second time changes nothing', async () => {
    const document = {
      principals: [{ ...dev, keys: [key] }],
      joinTokens: [{ token: 'join-demo-0000000000000000' }],
    };
    expect((await apply(document)).map(({ action, path }) => `${action} ${path}`)).toEqual([
      'create principals/dev@example.com',
      'create principals/dev@example.com/keys/DEVKEY00000000000001',
      'create joinTokens/0',
    ]);
    expect(await identity.byKey(key.id, key.secret, '127.0.0.1')).toMatchObject({
      name: dev.name,
      admin: true,
    });
    expect(await identity.joinTokenRights('join-demo-0000000000000000')).toMatchObject({ hosts: ['*'] });
    expect(await apply(document)).toEqual([]);
  });

  test('a dry run answers the same changes and keeps none', async () => {
    const document = { principals: [dev] };
    expect(await apply(document, { dryRun: true })).toEqual([
      { action: 'create', path: 'principals/dev@example.com' },
    ]);
    expect(await identity.list()).toEqual([]);
    expect(await ledger.list({ resources: ['/'], limit: 10 })).toEqual([]);
  });

  test('mistakes against what is there are collected too, and roll everything back', async () => {
    await apply({ principals: [{ ...dev, keys: [key] }] });
    const errors = await refusalOf(
      apply({ principals: [{ name: 'new@example.com', keys: [key] }, { name: 'twice' }, { name: 'twice' }] }),
    );
    expect(errors).toEqual([
      { path: `principals/new@example.com/keys/${key.id}`, message: 'is the key of another principal' },
      { path: 'principals/twice', message: 'is declared twice' },
    ]);
    expect((await identity.list()).map(({ name }) => name)).toEqual([dev.name]);
  });

  test('absent objects stay; with prune those that a declaration made go', async () => {
    const viewer = { name: 'viewer@example.com' };
    await opened.storage.write((unit) =>
      identity.createPrincipal(unit, { name: 'by-hand@example.com', kind: 'person', admin: false }),
    );
    await apply({ principals: [dev, viewer], joinTokens: [{ token: 'join-demo-0000000000000000' }] });
    expect(await apply({ principals: [dev] })).toEqual([]);
    expect(await apply({ principals: [dev] }, { prune: true })).toEqual([
      { action: 'remove', path: 'principals/viewer@example.com' },
    ]);
    expect((await identity.list()).map(({ name }) => name)).toEqual(['by-hand@example.com', dev.name]);
    expect(await identity.joinTokens()).toHaveLength(1);
    expect(await apply({ joinTokens: [] }, { prune: true })).toEqual([
      { action: 'remove', path: 'joinTokens/0' },
    ]);
    expect(await identity.joinTokens()).toEqual([]);
  });
});

describe('a declaration', () => {
  onEmptyDatabase('sqlite');

  test('takes YAML, and names the line of a mistake in it', async () => {
    await apply('principals:\n  - name: dev@example.com\n');
    expect(await identity.find('dev@example.com')).toBeDefined();
    await expect(apply('principals:\n  - name: [\n')).rejects.toThrow(/not YAML in line [23]/);
  });

  test('what differs is told field by field; passwords are set at creation only', async () => {
    await apply({ principals: [{ ...dev, password }] });
    const changes = await apply({ principals: [{ ...dev, admin: false, password: 'another-one' }] });
    expect(changes).toEqual([
      { action: 'update', path: 'principals/dev@example.com', fields: { admin: { from: true, to: false } } },
    ]);
    expect(await identity.byPassword(dev.name, password)).toBeDefined();
    expect(await identity.byPassword(dev.name, 'another-one')).toBeUndefined();
  });

  test('all mistakes are answered at once with their paths, and nothing is changed', async () => {
    const errors = await refusalOf(
      apply({ principals: [dev, { nmae: 'x' }], jionTokens: [], joinTokens: [{ token: 'short' }] }),
    );
    expect(errors.map(({ path }) => path)).toEqual([
      'principals/1/name',
      'principals/1/nmae',
      'jionTokens',
      'joinTokens/0/token',
    ]);
    expect(errors[2]?.message).toContain('did you mean `joinTokens`?');
    expect(await identity.list()).toEqual([]);
  });

  test('a key that somebody revoked stays revoked', async () => {
    const document = { principals: [{ ...dev, keys: [key] }] };
    await apply(document);
    await opened.storage.write((unit) => identity.revokeKey(unit, key.id));
    expect(await apply(document)).toEqual([]);
    expect(await identity.byKey(key.id, key.secret, '127.0.0.1')).toBeUndefined();
  });

  test('another right of a join token is an update that never shows the token', async () => {
    const token = 'join-demo-0000000000000000';
    await apply({ joinTokens: [{ token }] });
    const changes = await apply({ joinTokens: [{ token, hosts: ['web-*'] }] });
    expect(changes).toMatchObject([
      { action: 'update', path: 'joinTokens/0', fields: { hosts: { to: ['web-*'] } } },
    ]);
    expect(JSON.stringify(changes)).not.toContain(token);
    expect(await identity.joinTokenRights(token)).toMatchObject({ hosts: ['web-*'] });
  });

  test('one line of the ledger says who applied what, without secrets', async () => {
    await apply({ principals: [{ ...dev, password, keys: [key] }] });
    const rows = await ledger.list({ resources: ['/'], action: 'declaration.apply', limit: 10 });
    expect(rows).toMatchObject([{ who: 'tester', detail: { create: 2, update: 0, remove: 0 } }]);
    expect(JSON.stringify(rows)).not.toContain(key.secret);
    expect(JSON.stringify(rows)).not.toContain(password);
  });

  test('an error that a section did not foresee is told below its key and rolls back', async () => {
    const extra: DeclarationSection = {
      key: 'broken',
      schema: Type.Object({}),
      order: 10,
      reconcile: async () => {
        throw new CoreError('conflict', 'is taken', { path: 'projects/demo' });
      },
    };
    expect(await refusalOf(apply({ principals: [dev], broken: {} }, { extra }))).toEqual([
      { path: 'broken/projects/demo', message: 'is taken' },
    ]);
    expect(await identity.list()).toEqual([]);
  });

  test('NUL is refused wherever it stands', async () => {
    const extra: DeclarationSection = {
      key: 'free',
      schema: Type.Object({ text: Type.String() }),
      order: 10,
      reconcile: async () => {},
    };
    expect(await refusalOf(apply({ free: { text: 'a\0b' } }, { extra }))).toEqual([
      { path: 'free/text', message: 'contains NUL' },
    ]);
  });
});
