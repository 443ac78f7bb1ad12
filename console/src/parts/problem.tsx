import { mayPass, type Problem } from '../request.ts';

const advice: Readonly<Record<string, string>> = {
  unreachable: 'Slipway may be restarting, or the network is down.',
  forbidden: 'Ask an administrator for a grant on it, or log in as somebody else.',
  'not-found': 'It may have been removed, or it is not yours to see.',
  'rate-limited': 'Wait a minute, then try again.',
  internal: 'The log of the server says what happened. Try again; if it stays, report it with the time.',
  unknown: 'Something between this page and Slipway may have answered, like a proxy.',
};

/**
 * An error of the API as it is, with what to do about it. `retry` stands for a page that shows something live: after
 * what may pass it also tries again by itself.
 */
export function ProblemNotice({ problem, retry }: { problem: Problem; retry?: () => void }) {
  const told = [advice[problem.code], retry && mayPass(problem) ? 'This page tries again by itself.' : '']
    .filter(Boolean)
    .join(' ');
  return (
    <div class="notice bad" role="alert">
      <strong>{problem.message}</strong>
      {problem.path !== undefined && (
        <span class="soft">
          Where: <code>{problem.path}</code>
        </span>
      )}
      {told !== '' && <span class="soft">{told}</span>}
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
