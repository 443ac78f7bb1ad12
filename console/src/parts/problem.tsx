import type { Problem } from '../request.ts';

const advice: Readonly<Record<string, string>> = {
  unreachable: 'Slipway may be restarting, or the network is down. This page tries again by itself.',
  unavailable: 'This page tries again by itself.',
  forbidden: 'Ask an administrator for a grant on it, or log in as somebody else.',
  'not-found': 'It may have been removed, or it is not yours to see.',
  'rate-limited': 'Wait a minute, then try again.',
  internal: 'The log of the server says what happened. Try again; if it stays, report it with the time.',
  unknown: 'Something between this page and Slipway may have answered, like a proxy.',
};

/** An error of the API as it is, with what to do about it. */
export function ProblemNotice({ problem, retry }: { problem: Problem; retry?: () => void }) {
  return (
    <div class="notice bad" role="alert">
      <strong>{problem.message}</strong>
      {problem.path !== undefined && (
        <span class="soft">
          Where: <code>{problem.path}</code>
        </span>
      )}
      {advice[problem.code] !== undefined && <span class="soft">{advice[problem.code]}</span>}
      {retry !== undefined && (
        <span class="actions">
          <button type="button" class="button small" onClick={retry}>
            Try again
          </button>
        </span>
      )}
    </div>
  );
}
