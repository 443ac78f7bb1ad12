/** The one style sheet of the install pages: phones first, two columns from 720 px on, dark where the device is dark. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f4f6f9; --card: #ffffff; --ink: #17202e; --soft: #55617a; --line: #d9dfe9;
  --accent: #1552c4; --on-accent: #ffffff; --mark: #e3edff; --on-mark: #123f94; --bad: #a3271c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11161f; --card: #1a212d; --ink: #e9edf5; --soft: #a3aec4; --line: #303a4b;
    --accent: #7fabff; --on-accent: #0b1830; --mark: #22355a; --on-mark: #c9dcff; --bad: #ff9d92;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans KR", sans-serif;
}
.page { max-width: 60rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
header { margin-bottom: 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.125rem; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
.under { margin: .25rem 0 0; color: var(--soft); overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; padding: 0; margin: 0 0 1.25rem; }
nav a {
  display: block; padding: .5rem .875rem; min-height: 2.75rem; border: 1px solid var(--line); border-radius: 1.5rem;
  background: var(--card); color: var(--ink); text-decoration: none; white-space: nowrap;
}
nav a[aria-current] { background: var(--mark); color: var(--on-mark); border-color: transparent; font-weight: 600; }
a { color: var(--accent); }
a:focus-visible, button:focus-visible, input:focus-visible, summary:focus-visible {
  outline: 3px solid var(--accent); outline-offset: 2px;
}
.cards { display: grid; gap: .875rem; list-style: none; padding: 0; margin: 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .875rem; padding: 1rem; }
.card p { margin: .5rem 0 0; overflow-wrap: anywhere; }
.description { white-space: pre-line; }
.marks { display: flex; flex-wrap: wrap; gap: .375rem; margin: 0 0 .5rem; padding: 0; list-style: none; }
.marks li {
  font-size: .8125rem; font-weight: 600; padding: .0625rem .5625rem; border-radius: 1rem;
  background: var(--mark); color: var(--on-mark);
}
dl { display: grid; grid-template-columns: auto 1fr; gap: .125rem .75rem; margin: .625rem 0 0; font-size: .9375rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.button, button {
  display: block; width: 100%; margin-top: .875rem; padding: .75rem 1rem; min-height: 3rem; border: 0;
  border-radius: .625rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600;
  text-align: center; text-decoration: none; cursor: pointer;
}
.second { margin-top: .625rem; text-align: center; font-size: .9375rem; }
.note { color: var(--soft); font-size: .9375rem; }
.problem { color: var(--bad); font-weight: 600; }
.beside { margin-top: 1.25rem; }
.beside svg { display: block; width: 100%; max-width: 12rem; height: auto; margin: .75rem auto 0; border-radius: .5rem; }
.address { font-size: .875rem; overflow-wrap: anywhere; user-select: all; }
label { display: block; font-weight: 600; }
input {
  display: block; width: 100%; margin-top: .375rem; padding: .625rem .75rem; min-height: 3rem; font: inherit;
  color: inherit; background: var(--ground); border: 1px solid var(--soft); border-radius: .625rem;
}
.pager { display: flex; justify-content: space-between; gap: 1rem; margin-top: 1rem; }
.pager a { padding: .625rem 0; }
.narrow { max-width: 26rem; margin: 0 auto; }
@media (min-width: 720px) {
  .page { padding-top: 2.5rem; }
  h1 { font-size: 1.875rem; }
  .columns { display: grid; grid-template-columns: minmax(0, 1fr) 16rem; gap: 1.5rem; align-items: start; }
  .beside { margin-top: 0; position: sticky; top: 1.5rem; }
  .card .button { width: auto; display: inline-block; min-width: 12rem; }
  .second { text-align: left; }
}
`;
