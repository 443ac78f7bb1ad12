import { type Html, html } from './html.ts';

/** Where the style sheet lies. */
export const stylePath = '/-/nhn-deploy/style.css';

/** No script, no frames, nothing from elsewhere: the pages show texts that strangers with an app key wrote. */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // Addresses of downloads in the page run out, and the next version may be there at any time.
  'cache-control': 'private, no-store',
} as const;

/** A whole page as text. */
export function pageText(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="stylesheet" href="${stylePath}">
<link rel="icon" href="data:,">
</head>
<body>
<div class="page">
${content}
</div>
</body>
</html>
`.text;
}

/** A page that says why there is nothing to install, and what to do. */
export function problemPage(title: string, advice: string): string {
  return pageText(
    title,
    html`<main class="narrow"><div class="card"><h1>${title}</h1><p>${advice}</p></div></main>`,
  );
}
