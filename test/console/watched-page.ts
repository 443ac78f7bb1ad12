import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { TestServer } from '../harness/server.ts';
import { withTwins } from '../harness/storage.ts';

/** A page with every error of its scripts, every refused content and every request to another origin. */
export interface WatchedPage {
  readonly page: Page;
  readonly faults: string[];
  /** Ends what the page does; whoever opens the same page next gets it again, or a fresh one. */
  leave(): Promise<void>;
}

/** Who can log in, by a word. */
type People = Readonly<Record<string, { readonly name: string; readonly password: string }>>;

/**
 * Opens pages on a server, logged in as one of `people` (null: nobody, in a fresh browser profile; default: `dev`), and
 * watches what goes wrong on them. A page that is left serves the next test with the same options: to begin a browser
 * profile and its processes costs three times what a page does.
 */
export function watchedPages<Who extends People>(browser: Browser, server: TestServer, people: Who) {
  const sessions = new Map<keyof Who, string>();
  const left = new Map<string, WatchedPage>();

  async function session(who: keyof Who): Promise<string> {
    const known = sessions.get(who);
    if (known !== undefined) return known;
    const answer = await server.call('/api/slipway/v1/session', { json: people[who] });
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    sessions.set(who, cookie);
    return cookie;
  }

  return async (options: BrowserContextOptions = {}, who: keyof Who | null = 'dev'): Promise<WatchedPage> => {
    const kind = JSON.stringify([who, options]);
    const known = left.get(kind);
    if (known !== undefined) {
      left.delete(kind);
      known.faults.length = 0;
      return known;
    }
    // The sign of what runs turns for whoever has nothing against motion: sixty frames a second, drawn by the processor.
    const context = await browser.newContext({ baseURL: server.url, reducedMotion: 'reduce', ...options });
    if (who !== null) {
      const [name = '', value = ''] = (await session(who)).split('=');
      await context.addCookies([{ name, value, url: server.url, httpOnly: true, sameSite: 'Strict' }]);
    }
    // Below vitest's own limit, so that the failure names what was waited for.
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const watched: WatchedPage = {
      page,
      faults: watch(page, server.url),
      async leave() {
        if (who === null) return await context.close();
        await page.unrouteAll();
        await page.goto('about:blank');
        left.set(kind, watched);
      },
    };
    return watched;
  };
}

const rules = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Contrast is two thirds of what the rules cost: it is looked at where all is asked for (`npm run test:all`, `.ci/run`). */
const options = JSON.stringify({
  resultTypes: ['violations'],
  rules: { 'color-contrast': { enabled: withTwins } },
});

/** What the accessibility rules of WCAG 2.2 A and AA and the best practices say against the page. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Evaluated, not added as a script: the page's policy refuses scripts that are not its own.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(rules);
  return await page.evaluate(`axe.run(document, ${options}).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 200) + ' ' + failureSummary)))`);
}

function watch(page: Page, origin: string): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // Answers of the API with an error status are part of what is tested; the browser logs each.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('blob:'))
      faults.push(request.url());
  });
  return faults;
}
