import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { accessibilityFaults, type WatchedPage } from './watched-page.ts';
import { openWorld, people, scripts, type World } from './world.ts';

const browser = await openBrowser();
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
const desk = { viewport: { width: 1440, height: 900 } };

describe.skipIf(browser === undefined)('the console', () => {
  let world: World;
  let watched: WatchedPage | undefined;

  beforeAll(async () => {
    if (browser !== undefined) world = await openWorld(browser);
  });
  afterAll(async () => world?.close());
  afterEach(async () => {
    const faults = watched?.faults ?? [];
    await watched?.leave();
    watched = undefined;
    await world?.openGates();
    expect(faults).toEqual([]);
  });

  /** A page, closed after the test, which must have been without faults. */
  async function open(...options: Parameters<World['page']>) {
    watched = await world.page(...options);
    return watched.page;
  }

  describe('login', () => {
    test('leads to the result that a pipeline was pointed at, also when the first password was wrong', async () => {
      const result = await world.deployByPipeline();
      const page = await open(desk, null);
      await page.goto(result);
      await page.waitForURL(/\/console\/login\?to=/);
      expect(await accessibilityFaults(page)).toEqual([]);

      await page.getByLabel('Name').fill(people.dev.name);
      await page.getByLabel('Password').fill('not it');
      await page.getByRole('button', { name: 'Log in' }).click();
      await expect.poll(() => page.getByRole('alert').textContent()).toContain('This name and password');

      await page.getByLabel('Password').fill(people.dev.password);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'shop-api · release on web' }).waitFor();
      await page.getByRole('button', { name: 'start on s3: Succeeded' }).waitFor();
      expect(page.url()).toBe(result);
    });

    test('is asked for again when the session has ended, and after a logout', async () => {
      const page = await open(desk, null);
      await page.goto('/console/hosts');
      await logIn(page);
      await page.getByRole('heading', { level: 1, name: 'Hosts' }).waitFor();

      const [cookie] = (await page.context().cookies()).filter(({ name }) => name.includes('session'));
      expect(cookie?.httpOnly).toBe(true);
      expect(cookie?.sameSite).toBe('Strict');
      await world.server.server.parts.identity.endSession(cookie?.value ?? '');
      await page.getByRole('link', { name: 'Deployments' }).click();
      await page.waitForURL(/\/console\/login\?to=%2Fconsole%2Fdeployments|\/console\/login$/);
      await logIn(page);
      await page.getByRole('heading', { level: 1, name: 'Deployments' }).waitFor();

      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByRole('heading', { level: 1, name: 'Log in to Slipway' }).waitFor();
      await page.goto('/console/hosts');
      await page.waitForURL(/\/console\/login/);
    });

    async function logIn(page: WatchedPage['page']) {
      await page.getByLabel('Name').fill(people.dev.name);
      await page.getByLabel('Password').fill(people.dev.password);
      await page.getByRole('button', { name: 'Log in' }).click();
    }
  });

  describe('the list of deployments', () => {
    test('shows new ones without being asked, filters them, and keeps the filters in the address', async () => {
      await world.deploy('orchid · release', [scripts('web', ['s1'], { hello: 'true' })]);
      await world.deploy('orchid · broken', [scripts('web', ['s1'], { hello: 'exit 4' })]);
      const page = await open(desk);
      await page.goto('/console/deployments?text=orchid');
      await page.getByRole('link', { name: 'orchid · release' }).waitFor();
      await expect.poll(() => page.getByRole('row').count()).toBe(3);
      await page.getByText('Failed', { exact: true }).and(page.locator('.status')).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);

      await page.getByLabel('State').selectOption('Failed');
      await expect.poll(() => page.getByRole('row').count()).toBe(2);
      expect(page.url()).toContain('text=orchid&state=failed');
      await page.getByLabel('Title').fill('nothing is called so');
      await page.getByRole('heading', { name: 'No deployment fits' }).waitFor();
      await page.getByRole('link', { name: 'Clear the filters' }).click();
      await page.getByRole('link', { name: 'orchid · release' }).waitFor();

      await world.deploy('orchid · while one looks', [scripts('web', ['s1'], { hello: 'true' })]);
      await page.getByRole('link', { name: 'orchid · while one looks' }).click();
      await page.getByRole('heading', { level: 1, name: 'orchid · while one looks' }).waitFor();
      expect(await page.title()).toBe('orchid · while one looks · Slipway');
    });

    test('has pages', async () => {
      const numbers = Array.from({ length: 51 }, (_, index) => index + 1);
      await Promise.all(
        numbers.map((number) =>
          world.deploy(`tulip ${number}`, [scripts('web', ['nobody'], { hello: 'true' })]),
        ),
      );
      const page = await open(desk);
      await page.goto('/console/deployments?text=tulip');
      await page.getByRole('link', { name: 'tulip 51' }).waitFor();
      expect(await page.getByRole('link', { name: 'tulip 1', exact: true }).count()).toBe(0);
      await page.getByRole('link', { name: 'Older' }).click();
      await page.getByRole('link', { name: 'tulip 1', exact: true }).waitFor();
      expect(await page.getByRole('row').count()).toBe(2);
      await page.getByRole('link', { name: 'Newest' }).click();
      await page.getByRole('link', { name: 'tulip 51' }).waitFor();
    });
  });

  describe('a deployment', () => {
    test('is followed live: states, output, exit codes, to its end', async () => {
      const gate = world.gate();
      const id = await world.deploy('rose · release', [
        scripts('web', ['s1', 's2', 's3'], {
          prepare: 'echo prepared',
          start: `echo "starting on $(hostname)"; ${gate.wait}; printf '\\033[1;32mstarted\\033[0m\\n'; echo careful >&2; exit 3`,
        }),
        { ...scripts('take it back', ['s1'], { restore: 'echo restored' }), compensation: true },
      ]);
      const page = await open(desk);
      await page.goto(`/console/deployments/${id}`);
      const output = page.getByRole('region', { name: 'Output of start on s1' });
      await output.getByText('starting on').waitFor();
      await page.getByRole('button', { name: 'start on s3: Running' }).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);

      await gate.open();
      await page.getByRole('button', { name: 'start on s1: Failed exit 3' }).waitFor();
      await output.getByText('exit code 3').waitFor();
      await output.getByText('careful').waitFor();
      await output.getByRole('button', { name: 'stdout' }).click();
      await expect.poll(() => output.locator('.ink-2').textContent()).toBe('started');
      await page.locator('.head [data-state="failed"]').waitFor();
      await page.getByRole('region', { name: 'take it back' }).getByText('Compensation').waitFor();
      await page.getByRole('button', { name: 'restore on s1: Succeeded' }).waitFor();
      expect(await page.getByRole('button', { name: 'Stop …' }).count()).toBe(0);

      await page.getByRole('button', { name: 'prepare on s2: Succeeded' }).click();
      await page.getByRole('region', { name: 'Output of prepare on s2' }).getByText('prepared').waitFor();
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Download' }).click();
      expect((await download).suggestedFilename()).toBe('prepare-s2-stdout.log');
      await page.reload();
      await page.getByRole('region', { name: 'Output of prepare on s2' }).getByText('prepared').waitFor();
    });

    test('says what of long output was cut, and stays at the newest line', async () => {
      const id = await world.deploy('lily · endless', [
        scripts('web', ['s1'], {
          talk: 'yes "a lïne with ümlauts" | head -n 130000; echo the last line',
        }),
      ]);
      const page = await open(desk);
      await world.server.server.parts.engine.waitForEnd(id);
      await page.goto(`/console/deployments/${id}`);
      await page.getByText(/The first 1\.\d MiB are not kept/).waitFor();
      const lines = page.getByRole('log', { name: 'Lines' });
      await expect.poll(() => lines.textContent()).toContain('the last line');
      // The kept part may begin in the middle of a character.
      expect(await lines.textContent()).not.toContain('\ufffd');
      await expect
        .poll(() => lines.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight))
        .toBeLessThan(40);

      const follow = page.getByRole('button', { name: 'Follow' });
      expect(await follow.getAttribute('aria-pressed')).toBe('true');
      await lines.evaluate((log) => log.scrollTo(0, 0));
      await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('false');
    });

    test('is stopped after a question, and the question can be taken back', async () => {
      const id = await world.deploy('iris · long', [
        scripts('web', ['s1', 's2'], { wait: world.gate().wait }),
      ]);
      const page = await open(desk);
      await page.goto(`/console/deployments/${id}`);
      await page.getByRole('button', { name: 'wait on s1: Running' }).waitFor();
      await page.getByRole('button', { name: 'Stop …' }).click();
      const question = page.getByRole('dialog', { name: 'Stop this deployment?' });
      await question.waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await question.waitFor({ state: 'detached' });

      await page.getByRole('button', { name: 'Stop …' }).click();
      await question.getByRole('button', { name: 'Stop the deployment' }).click();
      await page.locator('.head [data-state="cancelled"]').waitFor();
      await page.getByRole('button', { name: 'wait on s1: Cancelled' }).waitFor();
    });

    test('cannot be stopped by who may only look, and the page says why', async () => {
      const gate = world.gate();
      const id = await world.deploy('fern · long', [scripts('web', ['s1'], { wait: gate.wait })]);
      const page = await open(desk, 'viewer');
      await page.goto(`/console/deployments/${id}`);
      await page.getByRole('button', { name: 'Stop …' }).click();
      await page.getByRole('button', { name: 'Stop the deployment' }).click();
      const alert = page.getByRole('dialog').getByRole('alert');
      await alert.waitFor();
      expect(await alert.textContent()).toContain('rollouts.cancel');
      await page.getByRole('button', { name: 'Let it run' }).click();
      await gate.open();
      await page.locator('.head [data-state="succeeded"]').waitFor();
    });

    test('goes on showing what happens after the server was restarted', async () => {
      const gate = world.gate();
      const id = await world.deploy('moss · through a restart', [
        scripts('web', ['s1'], { wait: `${gate.wait}; echo after` }),
      ]);
      const page = await open(desk);
      await page.goto(`/console/deployments/${id}`);
      await page.getByRole('button', { name: 'wait on s1: Running' }).waitFor();
      await world.server.restart();
      await gate.open();
      await page.getByText('after', { exact: true }).waitFor();
      await page.locator('.head [data-state="succeeded"]').waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    });

    test('holds no stream open while nobody sees the page, and goes on when somebody does', async () => {
      const gate = world.gate();
      const id = await world.deploy('reed · unseen', [scripts('web', ['s1'], { wait: gate.wait })]);
      const page = await open(desk);
      await page.goto(`/console/deployments/${id}`);
      await page.getByRole('button', { name: 'wait on s1: Running' }).waitFor();
      const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith(`/${id}/events`));
      await show(page, 'hidden');
      await ended;
      await gate.open();
      await world.server.server.parts.engine.waitForEnd(id);
      expect(await page.getByRole('button', { name: 'wait on s1: Running' }).count()).toBe(1);
      await show(page, 'visible');
      await page.locator('.head [data-state="succeeded"]').waitFor();
    });

    /** What a browser does when its tab goes to the back or to the front; a headless one never does. */
    async function show(page: WatchedPage['page'], state: 'hidden' | 'visible') {
      await page.evaluate(`Object.defineProperty(document, 'visibilityState', { configurable: true, value: '${state}' });
        document.dispatchEvent(new Event('visibilitychange'));`);
    }

    test('on two hundred hosts is one stop of the tab key, walked with the arrows, and filtered', async () => {
      const names = Array.from({ length: 200 }, (_, index) => `far-${index + 1}`);
      const id = await world.deploy('oak · the whole fleet', [
        scripts('fleet', names, { prepare: 'true', start: 'true', check: 'true' }),
      ]);
      await world.server.server.parts.engine.waitForEnd(id);
      const page = await open(desk);
      await page.goto(`/console/deployments/${id}`);
      const grid = page.getByRole('grid', { name: 'Hosts and tasks of fleet' });
      await grid.waitFor();
      expect(await grid.getByRole('row').count()).toBe(201);
      expect(await grid.locator('button[tabindex="0"]').count()).toBe(1);

      await grid.locator('button[tabindex="0"]').focus();
      for (const key of ['ArrowDown', 'ArrowRight', 'End', 'PageDown']) await page.keyboard.press(key);
      expect(await page.evaluate('document.activeElement.textContent')).toContain('check on far-12');
      await page.keyboard.press('Enter');
      await page
        .getByRole('region', { name: 'Output of check on far-12' })
        .getByText('This task did not run.')
        .waitFor();

      await page.getByRole('searchbox', { name: 'Name of the host' }).fill('far-19');
      await expect.poll(() => grid.getByRole('row').count()).toBe(12);
    });

    test('that does not exist, or is not for the reader, says so', async () => {
      const page = await open(desk);
      await page.goto('/console/deployments/0190a000-0000-7000-8000-000000000000');
      await expect.poll(() => page.getByRole('alert').textContent()).toContain('There is no rollout');
    });
  });

  describe('hosts', () => {
    test('are shown with what runs on them; a line is made that lets another join, and can be revoked', async () => {
      const page = await open(desk);
      await page.goto('/console/hosts');
      for (const name of ['s1', 's2', 's3'])
        await page.getByRole('row', { name }).getByText('Online').waitFor();
      await page.getByText(/^3 of 3 online$/).waitFor();

      await page.getByLabel('Names it may take').fill('web-*');
      await page.getByRole('button', { name: 'Make the line' }).click();
      const line = (await page.locator('.copy-line code').textContent()) ?? '';
      expect(line).toContain(`curl -fsSL ${world.server.url}/agent/install.sh | sh -s -- --token `);
      const token = /--token (\S+)/.exec(line)?.[1] ?? '';
      const { identity } = world.server.server.parts;
      expect(await identity.joinTokenRights(token)).toEqual({ hosts: ['web-*'], mayReplace: false });

      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('button', { name: 'Copy the line that adds a host' }).click();
      await page.getByRole('status').getByText('Copied').waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(line);

      await page.getByText(/Lines that still work/).click();
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.getByRole('button', { name: 'Revoke … the line for web-*' }).click();
      await page.getByRole('button', { name: 'Revoke the line' }).click();
      await page.getByRole('button', { name: 'Revoke … the line for web-*' }).waitFor({ state: 'detached' });
      expect(await identity.joinTokenRights(token)).toBeUndefined();
    });

    test('can be removed, after a question', async () => {
      const { engine, storage } = world.server.server.parts;
      await storage.write((unit) => engine.hosts.declare(unit, { name: 'old-box', labels: { role: 'web' } }));
      const page = await open(desk);
      await page.goto('/console/hosts');
      await page.getByRole('row', { name: 'old-box' }).getByText('Offline').waitFor();
      await page.getByRole('button', { name: 'Remove … old-box' }).click();
      await page.getByRole('button', { name: 'Remove the host' }).click();
      await page.getByRole('row', { name: 'old-box' }).waitFor({ state: 'detached' });
      expect(await engine.hosts.find('old-box')).toBeUndefined();
    });
  });

  test('on a phone nothing is wider than the screen, and a chosen task opens its output over the page', async () => {
    const id = await world.deploy(`${'a-very-long-word-without-a-break'.repeat(3)} · release`, [
      scripts('web', ['s1', 's2', 's3'], { prepare: 'true', start: 'echo "started"' }),
    ]);
    await world.server.server.parts.engine.waitForEnd(id);
    const page = await open({ ...phone, colorScheme: 'dark' });
    for (const place of [
      '/console/deployments',
      '/console/hosts',
      `/console/deployments/${id}`,
      '/console/nowhere',
    ]) {
      await page.goto(place);
      await page.getByRole('heading', { level: 1 }).waitFor();
      if (place.endsWith(id)) await page.getByRole('button', { name: 'start on s2: Succeeded' }).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth'), place).toBe(360);
      expect(await accessibilityFaults(page), place).toEqual([]);
    }
    await page.goto(`/console/deployments/${id}`);
    await page.getByRole('button', { name: 'start on s2: Succeeded' }).click();
    const sheet = page.getByRole('region', { name: 'Output of start on s2' });
    await sheet.getByText('started').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await sheet.getByRole('button', { name: 'Close' }).click();
    await sheet.waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toContain('start on s2');
  });
});
