import { readFile, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cheapHash } from '../../test/harness/identity.ts';
import { openTestStorage, type TestStorage } from '../../test/harness/storage.ts';
import { createLedger, ledgerMigrations } from '../ledger/index.ts';
import { ManualClock, type Unit } from '../storage/index.ts';
import { createIdentity, ensureAdmin, type Identity, identityMigrations, type Principal } from './index.ts';

let opened: TestStorage;
let clock: ManualClock;
let identity: Identity;

beforeEach(async () => {
  clock = new ManualClock();
  opened = await openTestStorage({
    migrations: [{ name: 'core', migrations: [...ledgerMigrations, ...identityMigrations] }],
    clock,
  });
  identity = createIdentity({ storage: opened.storage, clock, hashCost: cheapHash });
});

afterEach(() => opened.close());

const write = <T>(unit: (unit: Unit) => Promise<T>) => opened.storage.write(unit);
const person = (name = 'dev@example.com', password?: string): Promise<Principal> =>
  write((unit) =>
    identity.createPrincipal(unit, {
      name,
      kind: 'person',
      admin: false,
      ...(password === undefined ? {} : { password }),
    }),
  );

describe('passwords', () => {
  test('the right one proves a person, a wrong one and an unknown name prove nobody', async () => {
    const dev = await person('dev@example.com', 'change-me-now');
    expect(await identity.byPassword('dev@example.com', 'change-me-now')).toEqual(dev);
    expect(await identity.byPassword('dev@example.com', 'change-me-not')).toBeUndefined();
    expect(await identity.byPassword('nobody@example.com', 'change-me-now')).toBeUndefined();
  });

  test('a changed password works at once, the old one no more, and sessions of the old one end', async () => {
    const dev = await person('dev@example.com', 'change-me-now');
    const { session } = await identity.startSession(dev);
    expect(await identity.bySession(session)).toEqual(dev);
    expect(await identity.byPassword('dev@example.com', 'change-me-now')).toBeDefined();
    await write((unit) => identity.updatePrincipal(unit, dev.id, { password: 'changed-it-now' }));
    expect(await identity.byPassword('dev@example.com', 'change-me-now')).toBeUndefined();
    expect(await identity.byPassword('dev@example.com', 'changed-it-now')).toBeDefined();
    expect(await identity.bySession(session)).toBeUndefined();
  });
});

describe('access keys', () => {
  test('a drawn key has 20 and 16 characters and proves its owner', async () => {
    const dev = await person();
    const { key, secret } = await write((unit) => identity.createKey(unit, dev.id));
    expect(key.id).toMatch(/^[A-Za-z0-9]{20}$/);
    expect(secret).toMatch(/^[A-Za-z0-9]{16}$/);
    expect(await identity.byKey(key.id, secret, '127.0.0.1')).toEqual(dev);
    expect(await identity.byKey(key.id, `${secret}x`, '127.0.0.1')).toBeUndefined();
    expect(await identity.byKey('nokey', secret, '127.0.0.1')).toBeUndefined();
  });

  test('a burst of wrong secrets for one key gets ten looks from one address, and refuses nobody elsewhere', async () => {
    const dev = await person();
    const { key, secret } = await write((unit) => identity.createKey(unit, dev.id));
    const guesses = Array.from({ length: 30 }, (_, index) =>
      identity.byKey(key.id, `guess-${index}`, '10.0.0.1').catch((error) => error.code),
    );
    const answers = await Promise.all(guesses);
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(10);
    expect(answers.filter((answer) => answer === 'rate-limited')).toHaveLength(20);
    await expect(identity.byKey(key.id, secret, '10.0.0.1')).rejects.toMatchObject({ code: 'rate-limited' });
    clock.advance(60_000);
    expect(await identity.byKey(key.id, secret, '10.0.0.1')).toEqual(dev);
  });

  test('many calls at once with the right key are one attempt, and its pair is not refused while it is remembered', async () => {
    const dev = await person();
    const { key, secret } = await write((unit) => identity.createKey(unit, dev.id));
    const calls = Array.from({ length: 30 }, () => identity.byKey(key.id, secret, '10.0.0.1'));
    expect(await Promise.all(calls)).toEqual(Array(30).fill(dev));
    for (let guess = 0; guess < 10; guess++) await identity.byKey(key.id, `guess-${guess}`, '10.0.0.1');
    expect(await identity.byKey(key.id, secret, '10.0.0.1')).toEqual(dev);
  });

  test('a given key is honoured, and a revoked one proves nobody from the next call on', async () => {
    const dev = await person();
    const given = { id: 'DEVKEY00000000000001', secret: 'devsecret0000001' };
    await write((unit) => identity.createKey(unit, dev.id, given));
    expect(await identity.byKey(given.id, given.secret, '127.0.0.1')).toEqual(dev);
    expect(await write((unit) => identity.revokeKey(unit, given.id))).toBe(true);
    expect(await identity.byKey(given.id, given.secret, '127.0.0.1')).toBeUndefined();
    expect(await write((unit) => identity.revokeKey(unit, given.id))).toBe(false);
    await expect(write((unit) => identity.createKey(unit, dev.id, given))).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test('the sixth live key is refused, and accepted again when one was revoked', async () => {
    const dev = await person();
    const keys: { key: { id: string } }[] = [];
    for (let count = 0; count < 5; count++)
      keys.push(await write((unit) => identity.createKey(unit, dev.id)));
    await expect(write((unit) => identity.createKey(unit, dev.id))).rejects.toMatchObject({
      code: 'conflict',
    });
    await write((unit) => identity.revokeKey(unit, keys[0]?.key.id ?? ''));
    await write((unit) => identity.createKey(unit, dev.id));
    expect(await identity.keys(dev.id)).toHaveLength(6);
  });

  test('no secret stands in the database', async () => {
    const dev = await person('dev@example.com', 'change-me-now');
    const drawn = await write((unit) => identity.createKey(unit, dev.id));
    await write((unit) => identity.createKey(unit, dev.id, { secret: 'devsecret0000001' }));
    const { token } = await identity.issueToken(drawn.key.id);
    const { session } = await identity.startSession(dev);
    const join = await write((unit) => identity.createJoinToken(unit, { hosts: ['*'] }));
    const files = ['slipway.db', 'slipway.db-wal'].map((name) =>
      readFile(`${opened.folder}/${name}`, 'latin1'),
    );
    const bytes = (await Promise.all(files)).join();
    for (const secret of ['change-me-now', 'devsecret0000001', drawn.secret, token, session, join.token]) {
      expect(bytes.includes(secret)).toBe(false);
    }
    expect(bytes.includes(drawn.key.id)).toBe(true);
  });
});

test('what one process changes, another one forgets, too', async () => {
  const other = createIdentity({ storage: opened.storage, clock, hashCost: cheapHash });
  const dev = await person();
  const { key, secret } = await write((unit) => identity.createKey(unit, dev.id));
  expect(await other.byKey(key.id, secret, '127.0.0.1')).toEqual(dev);
  await write((unit) => identity.revokeKey(unit, key.id));
  await expect.poll(() => other.byKey(key.id, secret, '127.0.0.1')).toBeUndefined();
});

test('a verified pair is remembered for a minute and then proved again', async () => {
  const dev = await person();
  const { key, secret } = await write((unit) =>
    identity.createKey(unit, dev.id, { secret: 'devsecret0000001' }),
  );
  expect(await identity.byKey(key.id, secret, '127.0.0.1')).toEqual(dev);
  // Behind the back of this process and without a word to it.
  await write((unit) =>
    unit
      .tables<{ access_key: { revoked_at: number } }>()
      .updateTable('access_key')
      .set({ revoked_at: 1 })
      .execute(),
  );
  clock.advance(59_999);
  expect(await identity.byKey(key.id, secret, '127.0.0.1')).toEqual(dev);
  clock.advance(1);
  expect(await identity.byKey(key.id, secret, '127.0.0.1')).toBeUndefined();
});

describe('bearer tokens', () => {
  test('a token lives as long as its key says, beside older ones, and ends when revoked', async () => {
    const dev = await person();
    const { key } = await write((unit) => identity.createKey(unit, dev.id));
    const first = await identity.issueToken(key.id);
    expect(first).toMatchObject({
      token: expect.stringMatching(/^[A-Za-z0-9]{128}$/),
      expiresInSeconds: 86_400,
    });
    await write((unit) => identity.setTokenLifetime(unit, key.id, 60));
    const second = await identity.issueToken(key.id);
    expect(second.expiresInSeconds).toBe(60);
    expect(await identity.byToken(first.token)).toEqual(dev);
    expect(await identity.byToken(second.token)).toEqual(dev);
    clock.advance(60_000);
    expect(await identity.byToken(second.token)).toBeUndefined();
    expect(await identity.byToken(first.token)).toEqual(dev);
    expect(await identity.revokeToken(first.token)).toBe(true);
    expect(await identity.byToken(first.token)).toBeUndefined();
    expect(await identity.revokeToken(first.token)).toBe(false);
  });

  test('a revoked key takes its tokens with it', async () => {
    const dev = await person();
    const { key } = await write((unit) => identity.createKey(unit, dev.id));
    const { token } = await identity.issueToken(key.id);
    expect(await identity.byToken(token)).toEqual(dev);
    await write((unit) => identity.revokeKey(unit, key.id));
    expect(await identity.byToken(token)).toBeUndefined();
    await expect(identity.issueToken(key.id)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a lifetime outside of 60 to 86400 seconds is refused', async () => {
    const dev = await person();
    const { key } = await write((unit) => identity.createKey(unit, dev.id));
    for (const seconds of [59, 86_401, 60.5, Number.NaN]) {
      await expect(write((unit) => identity.setTokenLifetime(unit, key.id, seconds))).rejects.toMatchObject({
        code: 'invalid',
      });
    }
  });
});

describe('grants', () => {
  beforeEach(() => {
    identity.registerRole({ name: 'nhn-deploy:ADMIN', permissions: ['nhn-deploy.read', 'nhn-deploy.run'] });
    identity.registerRole({ name: 'nhn-deploy:VIEWER', permissions: ['nhn-deploy.read'] });
  });

  const grantViewer = (principal: Principal, resource: string) =>
    write((unit) => identity.grant(unit, { principalId: principal.id, role: 'nhn-deploy:VIEWER', resource }));

  test.each([
    ['/nhn-deploy/projects/1', '/nhn-deploy/projects/1', true],
    ['/nhn-deploy/projects/1', '/nhn-deploy/projects/1/artifacts/7', true],
    ['/nhn-deploy/projects/1', '/nhn-deploy/projects/12', false],
    ['/nhn-deploy/projects/1', '/nhn-deploy/projects', false],
    ['/', '/nhn-deploy/projects/1', true],
    ['/', '/', true],
  ])('a grant on %s for a resource %s: %s', async (granted, asked, allowed) => {
    const dev = await person();
    await grantViewer(dev, granted);
    expect(await identity.allows(dev, 'nhn-deploy.read', asked)).toBe(allowed);
    expect(await identity.allows(dev, 'nhn-deploy.run', asked)).toBe(false);
  });

  test('a grant counts at once, and a revoked one no more', async () => {
    const dev = await person();
    expect(await identity.allows(dev, 'nhn-deploy.read', '/nhn-deploy/projects/1')).toBe(false);
    await grantViewer(dev, '/nhn-deploy/projects/1');
    expect(await identity.allows(dev, 'nhn-deploy.read', '/nhn-deploy/projects/1')).toBe(true);
    await write((unit) =>
      identity.revokeGrant(unit, {
        principalId: dev.id,
        role: 'nhn-deploy:VIEWER',
        resource: '/nhn-deploy/projects/1',
      }),
    );
    await expect(identity.require(dev, 'nhn-deploy.read', '/nhn-deploy/projects/1')).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  test('the resources of a permission are the outermost ones; an admin has all', async () => {
    const dev = await person();
    await grantViewer(dev, '/nhn-deploy/projects/1');
    await grantViewer(dev, '/nhn-deploy/projects/1/artifacts/2');
    await grantViewer(dev, '/nhn-deploy/projects/3');
    expect(await identity.resources(dev, 'nhn-deploy.read')).toEqual([
      '/nhn-deploy/projects/1',
      '/nhn-deploy/projects/3',
    ]);
    expect(await identity.resources(dev, 'nhn-deploy.run')).toEqual([]);
    await write((unit) => identity.updatePrincipal(unit, dev.id, { admin: true }));
    const admin = (await identity.find(dev.name)) as Principal;
    expect(await identity.resources(admin, 'nhn-deploy.run')).toEqual(['/']);
  });

  test('setting the members of a resource replaces the grants of that prefix there and nowhere else', async () => {
    const [dev, viewer] = [await person('dev'), await person('viewer')];
    await grantViewer(dev, '/nhn-deploy/projects/1');
    await grantViewer(dev, '/nhn-deploy/projects/2');
    await write((unit) =>
      identity.setGrants(unit, '/nhn-deploy/projects/1', 'nhn-deploy:', [
        { principalId: viewer.id, role: 'nhn-deploy:ADMIN' },
      ]),
    );
    expect(await identity.roles(dev, '/nhn-deploy/projects/1')).toEqual([]);
    expect(await identity.roles(dev, '/nhn-deploy/projects/2')).toEqual(['nhn-deploy:VIEWER']);
    expect(await identity.roles(viewer, '/nhn-deploy/projects/1/artifacts/1')).toEqual(['nhn-deploy:ADMIN']);
  });

  test('an unknown role or a resource that is no path is refused', async () => {
    const dev = await person();
    const grant = (role: string, resource: string) =>
      write((unit) => identity.grant(unit, { principalId: dev.id, role, resource }));
    await expect(grant('nhn-deploy:OWNER', '/')).rejects.toMatchObject({ code: 'invalid', path: 'role' });
    await expect(grant('nhn-deploy:ADMIN', 'projects/1')).rejects.toMatchObject({
      code: 'invalid',
      path: 'resource',
    });
  });
});

describe('sessions, join tokens, principals', () => {
  test('a session ends after twelve hours, and at once when it is ended', async () => {
    const dev = await person();
    const first = await identity.startSession(dev);
    const second = await identity.startSession(dev);
    expect(first.expiresAt - clock.now()).toBe(12 * 3_600_000);
    await identity.endSession(first.session);
    expect(await identity.bySession(first.session)).toBeUndefined();
    expect(await identity.bySession(second.session)).toEqual(dev);
    clock.advance(12 * 3_600_000);
    expect(await identity.bySession(second.session)).toBeUndefined();
  });

  test('a join token says what it allows until it expires or is revoked', async () => {
    const token = 'join-demo-0000000000000000';
    const { id } = await write((unit) =>
      identity.createJoinToken(unit, {
        hosts: ['web-*'],
        token,
        mayReplace: true,
        expiresAt: clock.now() + 1000,
      }),
    );
    expect(await identity.joinTokenRights(token)).toEqual({ hosts: ['web-*'], mayReplace: true });
    expect(await identity.joinTokenRights('join-demo-0000000000000001')).toBeUndefined();
    clock.advance(1000);
    expect(await identity.joinTokenRights(token)).toBeUndefined();
    expect(await identity.findJoinToken(token)).toMatchObject({ id, hosts: ['web-*'] });
    expect(await write((unit) => identity.revokeJoinToken(unit, id))).toBe(true);
    expect(await identity.findJoinToken(token)).toBeUndefined();
  });

  test('a removed principal proves nothing any more, by key, token or session', async () => {
    const dev = await person();
    const { key, secret } = await write((unit) => identity.createKey(unit, dev.id));
    const { token } = await identity.issueToken(key.id);
    const { session } = await identity.startSession(dev);
    expect(await identity.byKey(key.id, secret, '127.0.0.1')).toBeDefined();
    await write((unit) => identity.removePrincipal(unit, dev.id));
    expect(await identity.byKey(key.id, secret, '127.0.0.1')).toBeUndefined();
    expect(await identity.byToken(token)).toBeUndefined();
    expect(await identity.bySession(session)).toBeUndefined();
  });

  test('what a unit wrote is seen within it, and by nobody when it fails', async () => {
    const failing = write(async (unit) => {
      await identity.createPrincipal(unit, { name: 'late@example.com', kind: 'person', admin: false });
      expect(await identity.find('late@example.com', unit)).toBeDefined();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await identity.find('late@example.com')).toBeUndefined();
  });

  test('the first admin gets a key in a file that only its owner reads, and there is no second one', async () => {
    const ledger = createLedger({ storage: opened.storage });
    const parts = { storage: opened.storage, identity, ledger };
    // One of an admin that was removed, and that somebody let others read.
    await writeFile(`${opened.folder}/admin-key`, 'OLD:old', { mode: 0o644 });
    const key = await ensureAdmin(parts, opened.folder);
    expect(key && (await identity.byKey(key.id, key.secret, '127.0.0.1'))).toMatchObject({ admin: true });
    const file = `${opened.folder}/admin-key`;
    expect(await readFile(file, 'utf8')).toBe(`${key?.id}:${key?.secret}\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await ensureAdmin(parts, opened.folder)).toBeUndefined();
    expect(await ledger.list({ resources: ['/'], limit: 10 })).toMatchObject([
      { action: 'principal.create', who: 'system' },
    ]);
  });
});
