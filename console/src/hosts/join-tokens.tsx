import { useState } from 'preact/hooks';
import { type JoinToken, revokeJoinToken } from '../api.ts';
import type { Live } from '../live.ts';
import { Confirm, Moment } from '../parts/index.ts';

/** The lines that still work, and the way to take one back. */
export function JoinTokens({ list }: { list: Live<readonly JoinToken[]> }) {
  const [leaving, setLeaving] = useState<JoinToken>();
  if (list.data === undefined || list.data.length === 0) return null;
  return (
    <details class="join-tokens">
      <summary>Lines that still work: {list.data.length}</summary>
      <ul>
        {list.data.map((token) => (
          <li key={token.id}>
            <span>
              <code>{token.hosts.join(', ')}</code>, made <Moment at={token.createdAt} />
              {token.expiresAt === null ? (
                ', for good'
              ) : (
                <>
                  , until <Moment at={token.expiresAt} inFull />
                </>
              )}
              {token.mayReplace && ', may replace hosts'}
            </span>
            <button type="button" class="button small harm" onClick={() => setLeaving(token)}>
              Revoke …<span class="unseen"> the line for {token.hosts.join(', ')}</span>
            </button>
          </li>
        ))}
      </ul>
      {leaving !== undefined && (
        <Confirm
          title="Revoke this line?"
          yes="Revoke the line"
          no="Keep it"
          act={async () => {
            await revokeJoinToken(leaving.id);
            list.refresh();
          }}
          close={() => setLeaving(undefined)}
        >
          <p>
            No machine can join with it any more (<code>{leaving.hosts.join(', ')}</code>). Hosts that joined
            with it stay.
          </p>
        </Confirm>
      )}
    </details>
  );
}
