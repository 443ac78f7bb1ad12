import { Html, html } from './html.ts';
import { pageText } from './page.ts';

/** A binary as an install page shows it. */
export interface InstallItem {
  readonly version: string;
  readonly osType: string;
  readonly fixed: boolean;
  readonly fileName: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601, and the same for people. */
  readonly uploaded: { readonly machine: string; readonly people: string };
  readonly description: string | null;
  readonly app: string;
  /** The address of the bytes. */
  readonly download: string;
  /** The address that makes an iOS device install. */
  readonly install: string | undefined;
}

/** Everything that one install page shows. */
export interface InstallPage {
  readonly artifact: string;
  readonly heading: string;
  readonly links: readonly { readonly text: string; readonly address: string; readonly current: boolean }[];
  readonly items: readonly InstallItem[];
  readonly newer: string | undefined;
  readonly older: string | undefined;
  /** The page's own address, and its QR code as SVG. */
  readonly address: string;
  readonly code: string;
  /** Said under the code. */
  readonly note: string | undefined;
}

/** An install page (contract nhn-deploy 5.6): what there is, how to install it, and the way from a desk to a phone. */
export function installPage(page: InstallPage): string {
  return pageText(
    `${page.artifact} – ${page.heading}`,
    html`<header><h1>${page.artifact}</h1><p class="under">${page.heading}</p></header>
${navigation(page)}
<div class="columns">
<main>
<ul class="cards">${page.items.map((item, index) => card(item, index))}</ul>
${page.items.length === 0 ? html`<p class="card">Nothing is uploaded here yet.</p>` : null}
${pager(page)}
</main>
<aside class="card beside" aria-labelledby="phone">
<h2 id="phone">Open on a phone</h2>
${new Html(page.code)}
<p class="address">${page.address}</p>
${page.note === undefined ? null : html`<p class="note">${page.note}</p>`}
</aside>
</div>`,
  );
}

function navigation({ links }: InstallPage): Html | null {
  if (links.length === 0) return null;
  return html`<nav aria-label="Versions"><ul>${links.map(
    ({ text, address, current }) =>
      html`<li><a href="${address}"${current ? html` aria-current="page"` : null}>${text}</a></li>`,
  )}</ul></nav>`;
}

function card(item: InstallItem, index: number): Html {
  const title = `version-${index}`;
  return html`<li class="card">
<ul class="marks"><li>${systemName(item.osType)}</li>${item.fixed ? html`<li>Fixed</li>` : null}</ul>
<h2 id="${title}">${item.version}</h2>
${item.description === null ? null : html`<p class="description">${item.description}</p>`}
<dl>
${item.app === '' ? null : html`<dt>App</dt><dd>${item.app}</dd>`}
<dt>File</dt><dd>${item.fileName}, ${sizeText(item.size)}</dd>
<dt>Uploaded</dt><dd><time datetime="${item.uploaded.machine}">${item.uploaded.people}</time></dd>
</dl>
${actions(item, title)}
</li>`;
}

function actions(item: InstallItem, title: string): Html {
  if (item.install === undefined) {
    const verb = item.osType === 'Android' ? 'Install' : 'Download';
    return html`<a class="button" href="${item.download}" aria-describedby="${title}">${verb}</a>`;
  }
  return html`<a class="button" href="${item.install}" aria-describedby="${title}">Install</a>
<p class="second"><a href="${item.download}" aria-describedby="${title}">Download the file</a></p>`;
}

function pager({ newer, older }: InstallPage): Html | null {
  if (newer === undefined && older === undefined) return null;
  return html`<nav class="pager" aria-label="Pages">
${newer === undefined ? html`<span></span>` : html`<a rel="prev" href="${newer}">Newer versions</a>`}
${older === undefined ? null : html`<a rel="next" href="${older}">Older versions</a>`}
</nav>`;
}

/** How people call a system. */
export function systemName(osType: string): string {
  return osType === 'etc' ? 'Other' : osType;
}

/** `12.3 MB`: decimal units, as phones show them. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
