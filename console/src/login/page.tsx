import './page.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { CopyLine, Mark, ProblemNotice } from '../parts/index.ts';
import { type Problem, problemOf } from '../request.ts';
import { startSession, user } from '../session.ts';
import { backAddress } from './address.ts';

/** Name and password; leads back to the page that was asked for. */
export function LoginPage() {
  const { query, route } = useLocation();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const nameField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const back = backAddress(query.to);

  useEffect(() => {
    document.title = 'Log in · Slipway';
    nameField.current?.focus();
  }, []);
  useEffect(() => {
    if (user.value) route(back, true);
  }, [user.value]);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await startSession(nameField.current?.value.trim() ?? '', passwordField.current?.value ?? '');
    } catch (error) {
      setProblem(problemOf(error));
      passwordField.current?.select();
      passwordField.current?.focus();
    } finally {
      setBusy(false);
    }
  };

  return (
    <main class="login" id="main">
      <form class="panel" onSubmit={submit}>
        <Mark />
        <h1>Log in to Slipway</h1>
        {query.to !== undefined && problem === undefined && (
          <p class="soft">Then you are back where you were.</p>
        )}
        <label class="field">
          Name
          <input
            class="input"
            ref={nameField}
            name="name"
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            required
          />
        </label>
        <label class="field">
          Password
          <input
            class="input"
            ref={passwordField}
            name="password"
            type="password"
            autocomplete="current-password"
            required
          />
        </label>
        {problem !== undefined && <ProblemNotice problem={problem} />}
        <button type="submit" class="button first" aria-disabled={busy}>
          {busy ? 'Logging in …' : 'Log in'}
        </button>
        <details>
          <summary>No password yet?</summary>
          <p class="soft">
            The first start of a server writes an admin's access key into its data folder. With it, this gives
            the admin a password:
          </p>
          <CopyLine line={firstPassword(location.origin)} name="the command" />
        </details>
      </form>
    </main>
  );
}

/** The command that gives the first admin a password; run beside the data folder. As it stands, the password is too short. */
function firstPassword(origin: string): string {
  return `curl -u "$(cat data/admin-key)" -X PATCH ${origin}/api/slipway/v1/principals/admin -H 'content-type: application/json' -d '{"password":"…"}'`;
}
