import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Field, startField } from '../conformance/nullplatform/deployments-setup.ts';
import { declaration } from '../conformance/nullplatform/setup.ts';
import { openBrowser } from '../harness/browser.ts';
import { buildConsole } from '../harness/console.ts';
import { fillScopes } from '../harness/filled-scopes.ts';
import { accessibilityFaults, type WatchedPage, watchedPages } from './watched-page.ts';

const browser = await openBrowser();
/** The member may look at everything, ops decide approvals; the stranger has no grant. */
const people = {
  dev: { name: 'dev@example.com', password: 'change-me-now' },
  member: { name: 'member@example.com', password: 'only-looking' },
  ops: { name: 'ops@example.com', password: 'only-deciding' },
  stranger: { name: 'stranger@example.com', password: 'none-of-them' },
} as const;
const desk = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
/** Real programs start and are probed meanwhile, on a machine that may be busy with other tests. */
const patient = { timeout: 90_000 };
/** Where the pictures that somebody wants to look at are put. */
const pictures = process.env.SLIPWAY_TEST_PICTURES;

describe.skipIf(browser === undefined)('the pages of scopes', { timeout: 180_000 }, () => {
  let field: Field;
  let pages: ReturnType<typeof watchedPages<typeof people>>;
  let watched: WatchedPage | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
  let scope: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  let rollout: any;
  let load: ReturnType<Field['load']>;

  /** A scope that 0.0.1 serves and 0.0.2 is rolled out in, under steady load. */
  beforeAll(async () => {
    if (browser === undefined) return;
    await buildConsole();
    const { nullplatform } = declaration;
    const approvalPolicies = [
      { name: 'four eyes', nrn: 'organization=1', dimensions: { environment: 'gated' } },
    ];
    field = await startField({
      declaration: {
        principals: [{ ...people.dev, admin: true }, people.member, people.ops, people.stranger],
        nullplatform: { ...nullplatform, approvalPolicies },
      },
    });
    const { identity, storage } = field.server.server.parts;
    for (const role of ['member', 'ops'] as const) {
      const principalId = (await identity.find(people[role].name))?.id ?? 0;
      const grant = { principalId, role: `nullplatform:${role}`, resource: '/' };
      await storage.write((unit) => identity.grant(unit, grant));
    }
    pages = watchedPages(browser, field.server, people);
    scope = await field.scope('console');
    await field.rollOut(scope.id, await field.release({ version: 'old' }));
    load = field.load(scope);
    rollout = await field.rollOut(scope.id, await field.release({ version: 'new' }));
    await measure();
  }, 180_000);

  /** What a router would have counted of both versions long before they ran: 8 and 2 requests a second, then more. */
  async function measure(): Promise<void> {
    const { engine, storage } = field.server.server.parts;
    const old = (await engine.routes.find(scope.domain))?.targets[0]?.pool ?? '';
    const fresh = old.replace(/\d+$/, String(rollout.id));
    const first = Math.floor(Date.now() / 10_000) * 10_000 - 480_000;
    const rows = [first, first + 10_000].flatMap((at, turn) => [
      { pool: old, at, requests: 80 + turn, errors: 0 },
      { pool: fresh, at, requests: 20 + turn, errors: 5 },
    ]);
    await storage.write(async (unit) => {
      const tables = unit.tables<{ route_measure: Record<string, unknown> }>();
      const values = rows.map((row) => ({ ...row, host: scope.domain, milliseconds: 400 }));
      await tables.insertInto('route_measure').values(values).execute();
    });
  }

  afterAll(async () => {
    await browser?.close();
    await load?.stop();
    await field?.close();
  }, 60_000);

  afterEach(async () => {
    const faults = watched?.faults ?? [];
    await watched?.leave();
    watched = undefined;
    expect(faults).toEqual([]);
  });

  async function open(
    path: string,
    options: Parameters<typeof pages>[0] = desk,
    who: keyof typeof people = 'dev',
  ): Promise<Page> {
    watched = await pages(options, who);
    const { page } = watched;
    page.setDefaultTimeout(patient.timeout);
    await page.goto(path);
    return page;
  }

  const openScope = (options: Parameters<typeof pages>[0] = desk, who: keyof typeof people = 'dev') =>
    open(`/console/scopes/${scope.id}`, options, who);
  const sliderOf = (page: Page) => page.getByRole('slider', { name: /Share of the requests/ });
  const dataOf = async () => (await field.read(rollout.id)).strategy_data;

  async function picture(page: Page, name: string): Promise<void> {
    if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  }

  test('the list leads from the organization to the scope, with what is rolled out in it', async () => {
    const page = await open('/console/scopes');
    const row = page.getByRole('row').filter({ hasText: 'console' });
    await row.getByText('0.0.1').waitFor();
    await row.getByText('0.0.2').waitFor();
    await row.getByText('0 % new').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, 'list');
    await page.getByRole('link', { name: 'console', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'storefront · console' }).waitFor();
    expect(await page.getByRole('link', { name: /http:\/\/web-storefront-console/ }).count()).toBe(1);
    await expect.poll(() => page.getByText('Healthy', { exact: true }).count(), patient).toBe(4);
  });

  test('traffic is dragged to 25 %, sent when the handle is let go, and moves', async () => {
    const page = await openScope();
    const slider = sliderOf(page);
    await page.getByText('0 % switched.').waitFor();
    const track = await slider.boundingBox();
    if (track === null) throw new Error('the slider has no place');
    const handle = 28;
    const at = (share: number) => track.x + handle / 2 + ((track.width - handle) * share) / 100;
    const middle = track.y + track.height / 2;
    // Only the handle moves traffic.
    await page.mouse.click(at(60), middle);
    await page.mouse.move(at(0), middle);
    await page.mouse.down();
    await page.mouse.move(at(12), middle);
    await page.mouse.move(at(25), middle);
    await expect.poll(() => slider.inputValue(), patient).toBe('25');
    expect((await dataOf()).desired_switched_traffic).toBe(0);

    await page.mouse.up();
    await page.getByText('25 % switched.').waitFor();
    expect(await slider.getAttribute('aria-valuetext')).toBe('25 % to 0.0.2, 75 % to 0.0.1');
    expect(await dataOf()).toMatchObject({ desired_switched_traffic: 25, switched_traffic: 25 });
    expect(Object.keys(await field.split(scope, 200)).sort()).toEqual(['new', 'old']);

    // Let go where it was taken, the handle is free for what somebody else wants.
    await page.mouse.move(at(25), middle);
    await page.mouse.down();
    await page.mouse.move(at(60), middle);
    await expect.poll(() => slider.inputValue(), patient).toBe('60');
    await page.mouse.move(at(25), middle);
    await expect.poll(() => slider.inputValue(), patient).toBe('25');
    await page.mouse.up();
    // Escape takes a move back that was not let go.
    await page.mouse.down();
    await page.mouse.move(at(70), middle);
    await expect.poll(() => slider.inputValue(), patient).toBe('70');
    await page.keyboard.press('Escape');
    await expect.poll(() => slider.inputValue(), patient).toBe('25');
    await page.mouse.up();
    await field.patch(rollout.id, { strategy_data: { desired_switched_traffic: 20 } });
    await page.getByText('20 % switched.').waitFor();
    expect(await slider.inputValue()).toBe('20');
  });

  test('traffic is moved with the keys, which keep the focus', async () => {
    const page = await openScope();
    const slider = sliderOf(page);
    await page.getByText('20 % switched.').waitFor();
    await slider.focus();
    for (let presses = 0; presses < 10; presses++) await page.keyboard.press('ArrowRight');
    await page.getByText('30 % switched.').waitFor();
    expect(await slider.inputValue()).toBe('30');
    expect(await page.evaluate('document.activeElement.type')).toBe('range');
    // Nothing else was ever asked for, neither by the click beside the handle nor by the move that was taken back.
    const moves = (await field.messages(rollout.id)).filter(({ message }) => /^A user moves/.test(message));
    expect(moves.filter(({ message }) => / (60|70) %/.test(message))).toEqual([]);
  });

  test('requests of both versions are drawn as routers measure them', async () => {
    const page = await openScope();
    await expect.poll(() => page.getByText('ms on average').count(), patient).toBe(2);
    const plot = page.getByRole('img', { name: /^Requests per second in the last \d+ minutes: 0\.0\.1 / });
    await plot.waitFor();
    await expect.poll(() => plot.locator('.plot-new').getAttribute('d'), patient).toMatch(/^M[\d.]+ [\d.]+L/);
    const errors = page.getByRole('slider', { name: 'Share of errors, moment by moment' });
    await errors.focus();
    await page.keyboard.press('Home');
    await expect
      .poll(() => errors.getAttribute('aria-valuetext'), patient)
      .toMatch(/^\d\d:\d\d:\d\d: 0\.0\.1 0 %, 0\.0\.2 25 %$/);
    await page.getByText(/\d\d:\d\d: 0\.0\.1 0 %, 0\.0\.2 25 %/).waitFor();
    // Pointed at, the moment that is nearest is read.
    await plot.hover({ position: { x: 1, y: 60 } });
    await page.getByText(/\d\d:\d\d: 0\.0\.1 8\/s, 0\.0\.2 2\/s/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, 'scope');
  });

  test.each([
    ['phone', 'light', phone],
    ['phone', 'dark', phone],
    ['desk', 'dark', desk],
  ] as const)('they fit a %s and pass the accessibility rules, %s', async (name, colorScheme, size) => {
    const page = await openScope({ ...size, colorScheme });
    await sliderOf(page).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, `scope-${name}-${colorScheme}`);
    await page.goto('/console/scopes');
    await page.getByRole('link', { name: 'console', exact: true }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, `list-${name}-${colorScheme}`);
  });

  test('a finger moves traffic in steps of five, and nothing when its touch turns into scrolling', async () => {
    const page = await openScope({ ...phone, colorScheme: 'dark' });
    const slider = sliderOf(page);
    await page.getByText('30 % switched.').waitFor();
    const track = await slider.boundingBox();
    if (track === null) throw new Error('the slider has no place');
    const handle = 44;
    const fingers = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchCancel', share?: number) => {
      const x = track.x + handle / 2 + ((track.width - handle) * (share ?? 0)) / 100;
      const touchPoints = share === undefined ? [] : [{ x, y: track.y + track.height / 2 }];
      return fingers.send('Input.dispatchTouchEvent', { type, touchPoints });
    };
    await touch('touchStart', 30);
    for (const share of [40, 50, 62]) await touch('touchMove', share);
    await expect.poll(() => slider.inputValue(), patient).toBe('60');
    await touch('touchCancel');
    await expect.poll(() => slider.inputValue(), patient).toBe('30');
    expect((await dataOf()).desired_switched_traffic).toBe(30);
    await fingers.detach();
  });

  test('who may only look moves nothing, and who may not look learns nothing', async () => {
    const page = await openScope(desk, 'member');
    await page.getByText('30 % switched. You may look, but not move traffic.').waitFor();
    expect(await sliderOf(page).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: /Cancel|Finalise/ }).count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.goto(`/console/scopes/${scope.id}/deploy`);
    await page.getByText('You may look at this scope, but not deploy to it').waitFor();
    await page.getByRole('radio').first().check();
    expect(await page.getByRole('button', { name: /^Deploy/ }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: /Make a release/ }).count()).toBe(0);
    await watched?.leave();

    const strange = await openScope(desk, 'stranger');
    await strange.getByText(`There is no scope ${scope.id}`).waitFor();
    await strange.getByRole('link', { name: 'Scopes' }).click();
    await strange.getByRole('heading', { name: 'No scopes' }).waitFor();
    expect(await accessibilityFaults(strange)).toEqual([]);
  });

  test('a rollout is finalised after a question, and loses no request', async () => {
    const page = await openScope();
    await page.getByRole('button', { name: 'Cancel …' }).click();
    const cancel = page.getByRole('dialog', { name: 'Cancel the rollout of 0.0.2?' });
    await cancel.waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await cancel.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Finalise …' }).click();
    const question = page.getByRole('dialog', { name: 'Finalise 0.0.2?' });
    await question.waitFor();
    await picture(page, 'finalise');
    await question.getByRole('button', { name: 'Finalise', exact: true }).click();
    await page.getByRole('heading', { name: '0.0.2 serves all requests' }).waitFor();
    await field.untilStatus(rollout.id, 'finalized');
    const history = page.getByRole('region', { name: 'History' });
    await history
      .getByRole('row')
      .filter({ hasText: /0\.0\.2.* serves/ })
      .getByText('Finalised')
      .waitFor();
    await expect.poll(() => page.getByText('Healthy', { exact: true }).count(), patient).toBe(2);
    expect(await load.stop()).toEqual([]);
    await picture(page, 'finalised');
  });

  test('an instance that is not well says why, and its rollout is cancelled', async () => {
    const answer = await field.deploy(
      scope.id,
      await field.release({ version: 'bad', health: 'status-500' }),
    );
    const page = await openScope();
    await page.getByRole('heading', { name: 'Rollout of 0.0.3' }).waitFor();
    await page
      .getByText(/answered status 500/)
      .first()
      .waitFor();
    await page.getByText('0 of 2 healthy').waitFor();
    expect(await page.getByRole('button', { name: 'Finalise …' }).isDisabled()).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, 'trouble');
    await page.getByRole('button', { name: 'Cancel …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the rollout' }).click();
    await field.untilStatus(answer.json.id, 'cancelled');
    await page.getByRole('heading', { name: '0.0.2 serves all requests' }).waitFor();
    await page.getByRole('region', { name: 'History' }).getByText('Cancelled').waitFor();
    await page.getByText(/^The last deployment, of 0\.0\.3 .* does not serve/).waitFor();
  });

  test('a release is made of a build and deployed, one approves it, another starts it', async () => {
    const gated = await field.scope('gated', { dimensions: { environment: 'gated' } });
    const { api } = field.server;
    const build = { application_id: 4, commit: { id: 'cafe0123' }, branch: 'carts'.repeat(20) };
    const { id } = (await api('/build', { json: build })).json;
    const url = 'http://127.0.0.1:9/app.tar.gz';
    await api('/asset', { json: { build_id: id, type: 'bundle', name: 'main', url } });
    await api(`/build/${id}`, { method: 'PATCH', json: { status: 'successful' } });

    let page = await open(`/console/scopes/${gated.id}`);
    await page.getByRole('link', { name: 'Deploy a release …' }).click();
    await page.getByText('The policy four eyes asks for an approval').waitFor();
    await page.getByRole('searchbox', { name: 'Find' }).fill('cafe');
    await page.getByText('No active release fits.').waitFor();
    await page.getByRole('button', { name: 'Make a release … of cafe0123' }).click();
    const question = page.getByRole('dialog', { name: 'Make a release of this build?' });
    await question.getByRole('textbox', { name: 'Version' }).fill('newest');
    await question.getByRole('button', { name: 'Make the release' }).click();
    await question.getByText('"newest" is no version').waitFor();
    await question.getByRole('textbox', { name: 'Version' }).fill('2.0.0');
    await question.getByRole('button', { name: 'Make the release' }).click();
    await expect.poll(() => page.getByRole('radio', { name: '2.0.0' }).isChecked(), patient).toBe(true);
    await page.setViewportSize(phone.viewport);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await page.setViewportSize(desk.viewport);
    await page.getByRole('textbox', { name: 'Description' }).fill('Carts');
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, 'deploy');
    await page.getByRole('button', { name: 'Deploy 2.0.0' }).click();
    await page.getByText('Asked for by dev@example.com').waitFor();
    await watched?.leave();

    page = await open('/console/scopes', desk, 'ops');
    const waiting = page.getByRole('region', { name: 'Waits for you' });
    await waiting.getByRole('link', { name: '2.0.0' }).click();
    await page.getByRole('button', { name: 'Approve …' }).click();
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, 'approve');
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('You may not start it').waitFor();
    await watched?.leave();

    page = await open('/console/scopes');
    await page.getByRole('row').filter({ hasText: 'its start: it is approved' }).getByRole('link').click();
    await page.getByText('ops@example.com approved 2.0.0.').waitFor();
    await page.getByRole('button', { name: 'Start …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('ops@example.com approved').waitFor({ state: 'detached' });
    const [deployment] = (await api(`/deployment?scope_id=${gated.id}`)).json.results;
    expect(deployment).toMatchObject({ description: 'Carts' });
    expect(deployment.status).not.toBe('creating_approval');
  });

  test('many scopes come in pages and are found by their names', async () => {
    await fillScopes(field.server.server.parts.storage, { scopes: 60, deployments: 1 });
    const page = await open('/console/scopes');
    await page.getByText('Page 1 of 2').waitFor();
    await page.getByRole('link', { name: 'After' }).click();
    await page.getByText('Page 2 of 2').waitFor();
    await page.getByRole('searchbox', { name: 'Find' }).fill('storefront 100059');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor({ state: 'detached' });
    await expect
      .poll(() => page.locator('.scopes .row-link').allTextContents(), patient)
      .toEqual(['scope 100059']);
    expect(page.url()).toContain('?text=storefront+100059');
    await page.getByRole('combobox', { name: 'State' }).selectOption('With a rollout');
    await page.getByRole('heading', { name: 'No scope fits' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('a scope that is not there is said not to be there', async () => {
    const page = await open('/console/scopes/999999');
    await expect
      .poll(() => page.getByRole('alert').textContent(), patient)
      .toContain('There is no scope 999999');
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
