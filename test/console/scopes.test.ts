import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Field, startField } from '../conformance/nullplatform/deployments-setup.ts';
import { openBrowser } from '../harness/browser.ts';
import { buildConsole } from '../harness/console.ts';
import { accessibilityFaults, type WatchedPage, watchedPages } from './watched-page.ts';

const browser = await openBrowser();
/** The member may look at everything; the stranger has no grant. */
const people = {
  dev: { name: 'dev@example.com', password: 'change-me-now' },
  member: { name: 'member@example.com', password: 'only-looking' },
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
    field = await startField();
    await field.server.server.management.applyDeclaration({
      document: { principals: [{ ...people.dev, admin: true }, people.member, people.stranger] },
      by: 'test',
    });
    const { identity, storage } = field.server.server.parts;
    const member = await identity.find(people.member.name);
    await storage.write((unit) =>
      identity.grant(unit, { principalId: member?.id ?? 0, role: 'nullplatform:member', resource: '/' }),
    );
    pages = watchedPages(browser, field.server, people);
    scope = await field.scope('console');
    await field.rollOut(scope.id, await field.release({ version: 'old' }));
    load = field.load(scope);
    rollout = await field.rollOut(scope.id, await field.release({ version: 'new' }));
  }, 180_000);

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
  });

  test('traffic is moved with the keys, which keep the focus', async () => {
    const page = await openScope();
    const slider = sliderOf(page);
    await page.getByText('25 % switched.').waitFor();
    await slider.focus();
    for (let presses = 0; presses < 5; presses++) await page.keyboard.press('ArrowRight');
    await page.getByText('30 % switched.').waitFor();
    expect(await slider.inputValue()).toBe('30');
    expect(await page.evaluate('document.activeElement.type')).toBe('range');
  });

  test('requests of both versions are drawn as routers measure them', async () => {
    const page = await openScope();
    await expect.poll(() => page.getByText('ms on average').count(), patient).toBe(2);
    const plot = page.getByRole('img', { name: /^Requests per second in the last \d+ minutes: 0\.0\.1 / });
    await plot.waitFor();
    await expect.poll(() => plot.locator('.plot-new').getAttribute('d'), patient).toMatch(/^M[\d.]+ [\d.]+L/);
    await page.getByRole('img', { name: /^Share of errors .*0\.0\.2 0 %/ }).waitFor();
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

  test('who may only look moves nothing, and who may not look learns nothing', async () => {
    const page = await openScope(desk, 'member');
    await page.getByText('30 % switched. You may look, but not move traffic.').waitFor();
    expect(await sliderOf(page).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: /Cancel|Finalise/ }).count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
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
    await history.getByRole('row').filter({ hasText: '0.0.2 serves' }).getByText('Finalised').waitFor();
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
  });

  test('a scope that is not there is said not to be there', async () => {
    const page = await open('/console/scopes/999999');
    await expect
      .poll(() => page.getByRole('alert').textContent(), patient)
      .toContain('There is no scope 999999');
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
