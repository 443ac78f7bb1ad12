import { useState } from 'preact/hooks';
import { createJoinToken, joinTokens } from '../api.ts';
import { usePolled } from '../live.ts';
import { CopyLine, ProblemNotice } from '../parts/index.ts';
import { type Problem, problemOf } from '../request.ts';
import { JoinTokens } from './join-tokens.tsx';

const day = 86_400;

const lifetimes = [
  { seconds: 3600, text: 'One hour' },
  { seconds: day, text: 'One day' },
  { seconds: 30 * day, text: 'Thirty days' },
  { seconds: 365 * day, text: 'One year' },
];

/** Makes the one line that, run on a machine, adds it as a host. */
export function AddHost() {
  const [pattern, setPattern] = useState('*');
  const [seconds, setSeconds] = useState(day);
  const [made, setMade] = useState<{ install: string }>();
  const tokens = usePolled('join-tokens', 30_000, joinTokens);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      setMade(await createJoinToken(pattern.split(/[\s,]+/).filter(Boolean), seconds));
      tokens.refresh();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };

  // Who may not see the lines may not make any: no form that only says so when it is sent.
  if (tokens.problem?.code === 'forbidden') {
    return (
      <section class="panel add-host" aria-labelledby="add-host">
        <h2 id="add-host">Add a host</h2>
        <p class="soft">
          Adding hosts takes a grant with <code>hosts.manage</code>, which your account has not.
        </p>
      </section>
    );
  }

  return (
    <section class="panel add-host" aria-labelledby="add-host">
      <h2 id="add-host">Add a host</h2>
      <p class="soft">
        Run one line on the machine. It needs Node 20.19 or newer there, and a way out to this server; nothing
        has to reach the machine from outside.
      </p>
      <form onSubmit={submit}>
        <label class="field">
          Names it may take
          <input
            class="input fixed"
            value={pattern}
            required
            autocapitalize="none"
            autocomplete="off"
            spellcheck={false}
            aria-describedby="pattern-hint"
            onInput={({ currentTarget }) => setPattern(currentTarget.value)}
          />
          <span class="hint" id="pattern-hint">
            A name, or a pattern for several machines: <code>web-*</code>
          </span>
        </label>
        <label class="field">
          The line works for
          <select
            class="input"
            value={seconds}
            onChange={({ currentTarget }) => setSeconds(Number(currentTarget.value))}
          >
            {lifetimes.map((lifetime) => (
              <option key={lifetime.seconds} value={lifetime.seconds}>
                {lifetime.text}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button first" aria-disabled={busy}>
          {made === undefined ? 'Make the line' : 'Make another line'}
        </button>
      </form>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      <div aria-live="polite">
        {made !== undefined && (
          <div class="made">
            <CopyLine line={made.install} name="the line that adds a host" />
            <p class="soft">
              It carries a secret and is shown only now. The host appears above as soon as its agent has
              joined.
            </p>
          </div>
        )}
      </div>
      <JoinTokens list={tokens} />
    </section>
  );
}
