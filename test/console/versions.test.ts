import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Field, startField } from '../conformance/nullplatform/deployments-setup.ts';
import { declaration } from '../conformance/nullplatform/setup.ts';
import { openBrowser } from '../harness/browser.ts';
import { buildConsole } from '../harness/console.ts';
import { type StandInApiServer, startApiServer } from '../kubernetes/api-server.ts';
import { removeKubeconfig, standInKubeconfig } from '../kubernetes/cluster-field.ts';
import { controllers } from '../kubernetes/controllers.ts';
import { accessibilityFaults, type WatchedPage, watchedPages } from './watched-page.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

const browser = await openBrowser();
const people = { dev: { name: 'dev@example.com', password: 'change-me-now' } } as const;
const desk = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 800 }, hasTouch: true };
/** Real programs start and are probed meanwhile, on a machine that may be busy with other tests. */
const patient = { timeout: 90_000 };
/** Where the pictures that somebody wants to look at are put. */
const pictures = process.env.SLIPWAY_TEST_PICTURES;

describe.skipIf(browser === undefined)('the page of a deployment', { timeout: 180_000 }, () => {
  let standIn: StandInApiServer;
  let kubeconfig: string;
  let field: Field;
  let pages: ReturnType<typeof watchedPages<typeof people>>;
  let watched: WatchedPage | undefined;
  let scope: Json;
  let past: Json;
  let present: Json;

  /** A scope that 0.0.1 served and 0.0.2 serves, and a cluster that stands in for a real one. */
  beforeAll(async () => {
    if (browser === undefined) return;
    await buildConsole();
    standIn = await startApiServer(controllers);
    kubeconfig = await standInKubeconfig(standIn.url);
    field = await startField({
      settings: { kubeconfig, kubernetesDrainSeconds: 0 },
      declaration: { ...declaration, principals: [{ ...people.dev, admin: true }] },
    });
    pages = watchedPages(browser, field.server, people);
    scope = await field.scope('written');
    past = await field.rollOut(scope.id, await field.release({ version: 'one' }));
    present = await field.rollOut(scope.id, await field.release({ version: 'two' }));
    await field.patch(present.id, { status: 'finalizing' });
    await field.untilStatus(present.id, 'finalized');
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await field?.close();
    await standIn?.close();
    if (kubeconfig) await removeKubeconfig(kubeconfig);
  }, 60_000);

  afterEach(async () => {
    const faults = watched?.faults ?? [];
    await watched?.leave();
    watched = undefined;
    expect(faults).toEqual([]);
  });

  async function open(path: string, options: Parameters<typeof pages>[0] = desk): Promise<Page> {
    watched = await pages(options, 'dev');
    const { page } = watched;
    page.setDefaultTimeout(patient.timeout);
    await page.goto(path);
    return page;
  }

  const addressOf = (deployment: Json) => `/console/scopes/${scope.id}/deployments/${deployment.id}`;
  const logOf = (page: Page) => page.getByRole('log', { name: 'Lines' });

  async function picture(page: Page, name: string): Promise<void> {
    if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  }

  /** Asks an instance itself to write a line. */
  async function say({ port }: Json, text: string): Promise<void> {
    await (await fetch(`http://127.0.0.1:${port}/say?text=${text}`)).text();
  }

  test('the history leads to what a past deployment did and wrote, by addresses that can be passed on', async () => {
    const page = await open(`/console/scopes/${scope.id}`);
    const history = page.getByRole('region', { name: 'History' });
    await history.getByRole('link', { name: `0.0.1 (deployment ${past.id})` }).click();
    await page.getByRole('heading', { level: 1, name: 'Deployment of 0.0.1' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(addressOf(past));
    await logOf(page)
      .getByText(/version one begins/)
      .first()
      .waitFor();
    await logOf(page).getByText('asked to end').first().waitFor();
    await page.getByText('does not serve any more').waitFor();
    await page.getByRole('region', { name: 'Messages' }).getByText('Status: finalized').waitFor();
    const stopped = page.getByRole('region', { name: /^Instances/ }).getByText('Stopped');
    await expect.poll(() => stopped.count(), patient).toBe(2);
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, 'version-past');

    await page.getByRole('link', { name: 'Steps and output of Start' }).click();
    await page.getByRole('heading', { level: 1, name: /start-initial in written/ }).waitFor();
    await page.goBack();
    await page.getByRole('navigation', { name: 'Above' }).getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'storefront · written' }).waitFor();
  });

  test('the log of one instance is followed, searched, paused and downloaded', async () => {
    const query = `application_id=4&scope_id=${scope.id}`;
    const [instance, other] = (await field.server.api(`/telemetry/instance?${query}`)).json.results;
    const page = await open(`/console/scopes/${scope.id}`);
    await page.getByRole('link', { name: `Log of ${instance.host}:${instance.port}` }).click();
    await page.getByRole('heading', { level: 1, name: 'Deployment of 0.0.2' }).waitFor();
    expect(await page.getByRole('combobox', { name: 'Instance' }).inputValue()).toBe(instance.id);
    const log = logOf(page);
    await log.getByText(/^listening on port/).waitFor();
    await say(other, 'elsewhere');
    await say(instance, 'apples');
    await log.getByText('apples', { exact: true }).waitFor();
    expect(await log.getByText('elsewhere').count()).toBe(0);

    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Pause', pressed: true }).waitFor();
    await say(instance, 'pears');
    const text = async () => {
      const path = `/api/slipway/v1/nullplatform/deployments/${present.id}/log`;
      return (await page.request.get(path)).text();
    };
    await expect.poll(text, patient).toContain('pears');
    expect(await log.getByText('pears').count()).toBe(0);
    await page.getByRole('button', { name: 'Pause' }).click();
    await log.getByText('pears', { exact: true }).waitFor();

    await page.getByRole('searchbox', { name: 'Find' }).fill('APPLE');
    await expect.poll(() => log.getByRole('listitem').count(), patient).toBe(1);
    expect(new URL(page.url()).search).toBe(`?instance=${instance.id}&find=APPLE`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, 'version-found');
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toBe(`0.0.2-${instance.host}-${instance.port}.log`);
    expect(await readFile(await download.path(), 'utf8')).toMatch(
      new RegExp(`^\\d{4}-.*Z ${instance.id} apples\n$`),
    );
    await page.getByRole('searchbox', { name: 'Find' }).fill('oranges');
    await log.getByText('In no line that is kept does this stand.').waitFor();
  });

  test.each([
    ['phone', 'light', phone],
    ['phone', 'dark', phone],
    ['desk', 'dark', desk],
  ] as const)('it fits a %s and passes the accessibility rules, %s', async (name, colorScheme, size) => {
    const page = await open(addressOf(present), { ...size, colorScheme });
    await logOf(page)
      .getByText(/version two begins/)
      .first()
      .waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, `version-${name}-${colorScheme}`);
  });

  test('of many instances the first ones are shown, and all when somebody asks', async () => {
    const { storage, engine } = field.server.server.parts;
    const [{ pool = '' } = {}] = await engine.instances.list({
      pools: [`nullplatform/deployment/${past.id}`],
    });
    await storage.write(async (unit) => {
      const tables = unit.tables<{ instance: Record<string, unknown> }>();
      const ended = { pool, rollout: 1, state: 'stopped', healthy: 0, wanted: 0, port: 80, pid: null };
      const values = Array.from({ length: 40 }, (_, index) => ({
        ...{ ...ended, id: `${past.id}-${index}`, host: `machine-${index}`, started_at: unit.now },
        ...{ restarts: 0, trouble: null, changed_at: unit.now },
      }));
      // Its host never joined: it is as unknown as one whose agent is gone.
      values[7] = { ...values[7], state: 'running', healthy: 1 } as (typeof values)[number];
      await tables.insertInto('instance').values(values).execute();
    });
    const page = await open(addressOf(past));
    const panel = page.getByRole('region', { name: /^Instances/ });
    await panel.getByText('The host machine-7 is not heard. Last known: Healthy').waitFor();
    await panel.getByText('42, 1 not well').waitFor();
    await panel.getByRole('button', { name: 'Show all 42 instances' }).click();
    await expect.poll(() => panel.getByRole('link', { name: /^Log/ }).count(), patient).toBe(42);
    const names = await panel.locator('.instance-name .fixed').allTextContents();
    const place = names.indexOf('machine-2:80');
    expect(names.slice(place, place + 2)).toEqual(['machine-2:80', 'machine-3:80']);
    await panel.getByRole('button', { name: 'Show the first 8' }).click();
    await expect.poll(() => panel.getByRole('link', { name: /^Log/ }).count(), patient).toBe(8);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('the pods of a scope in a cluster are shown with their nodes and what is wrong with them', async () => {
    const body = { application_id: 4, name: 'clustered', type: 'web_pool_k8s' };
    const capabilities = { scaling_type: 'fixed', fixed_instances: 2 };
    const clustered = (await field.server.api('/scope', { json: { ...body, capabilities } })).json;
    const { api } = field.server;
    const build = await api('/build', { json: { application_id: 4, commit: { id: 'c0ffee' } } });
    const build_id = build.json.id;
    await api('/asset', { json: { build_id, type: 'docker-image', name: 'main', url: 'shop:1' } });
    await api(`/build/${build_id}`, { method: 'PATCH', json: { status: 'successful' } });
    const wish = { application_id: 4, build_id, status: 'active' };
    const release = (await api('/release', { json: wish })).json.id;
    const { id } = await field.rollOut(clustered.id, release);
    const [well, unwell] = [`d-${clustered.id}-${id}-0`, `d-${clustered.id}-${id}-1`];
    standIn.change('pods', unwell, ({ status }) => {
      const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image' };
      status.conditions = [{ type: 'Ready', status: 'False' }];
      status.containerStatuses = [{ name: 'application', ready: false, restartCount: 3, state: { waiting } }];
    });
    standIn.write(well, '2026-01-01T00:00:01.000Z hello from a pod\n');
    const page = await open(`/console/scopes/${clustered.id}`);
    const rows = page.getByRole('region', { name: 'Instances 2, 1 not well' }).getByRole('row');
    await rows.nth(1).getByText('the image cannot be pulled (ImagePullBackOff)').waitFor();
    expect(await rows.nth(1).getByText(unwell, { exact: true }).count()).toBe(1);
    expect(await rows.nth(2).getByText('node-0', { exact: true }).count()).toBe(1);
    await page.getByText("do not come through Slipway's routers").waitFor();
    expect(await page.getByRole('link', { name: `http://${clustered.domain}` }).count()).toBe(1);
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, 'pods');
    await page.getByRole('link', { name: `Log of ${well}` }).click();
    await logOf(page).getByText('hello from a pod').waitFor();

    standIn.fail([{ pattern: /pods/, status: 503 }]);
    await page.reload();
    await page.getByText(/^The pods are not known: /).waitFor();
    await page
      .getByRole('alert')
      .getByText(/status 503|cluster/)
      .waitFor();
    standIn.fail([]);
    await logOf(page).getByText('hello from a pod').waitFor();
  });

  test('a deployment that is not there is said not to be there, and the scope is a link away', async () => {
    const page = await open(`/console/scopes/${scope.id}/deployments/999999`);
    await expect
      .poll(() => page.getByRole('alert').textContent(), patient)
      .toContain('There is no deployment 999999');
    await page.getByRole('link', { name: 'To the scope' }).click();
    await page.getByRole('heading', { level: 1, name: 'storefront · written' }).waitFor();
  });
});
