import { html } from './html.ts';
import { pageText } from './page.ts';

/** Asks for the password of a group; `next` is the page that was wanted. */
export function passwordPage(
  names: { artifact: string; group: string },
  action: string,
  next: string,
  problem: string | undefined,
): string {
  const described = problem === undefined ? null : html` aria-describedby="problem" aria-invalid="true"`;
  return pageText(
    `${names.artifact} – password`,
    html`<main class="narrow">
<header><h1>${names.artifact}</h1><p class="under">${names.group}</p></header>
<form class="card" method="post" action="${action}">
<label for="password">Password of this page</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus${described}>
${problem === undefined ? null : html`<p id="problem" class="problem" role="alert">${problem}</p>`}
<input type="hidden" name="next" value="${next}">
<button>Open</button>
</form>
</main>`,
  );
}
