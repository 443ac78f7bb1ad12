import { useState } from 'preact/hooks';
import { Confirm, Moment } from '../parts/index.ts';
import { type Approval, decide, type Version } from '../scope-api.ts';
import { actInWords } from './act.ts';

interface ApprovalPanelProps {
  readonly approval: Approval;
  readonly version: Version;
  /** The name of the scope. */
  readonly scope: string;
}

/** A deployment that waits for an approval, or for its start: why, since when, and what one may do about it. */
export function ApprovalPanel({ approval, version, scope }: ApprovalPanelProps) {
  const [asked, setAsked] = useState<'approve' | 'deny' | 'start'>();
  const close = () => setAsked(undefined);
  const { semver } = version;
  return (
    <div class="approval">
      <p>
        {approval.status === 'pending' ? (
          <>
            The policy <strong>{approval.policy}</strong> asks for an approval before {semver} is deployed
            here.
          </>
        ) : (
          <>
            {approval.decidedBy ?? 'Somebody'} approved {semver}. It is deployed once somebody starts it.
          </>
        )}
      </p>
      <p class="soft">
        Asked for by {approval.askedBy ?? 'somebody who was removed since'} <Moment at={approval.askedAt} />.
        {approval.status === 'pending' && (
          <>
            {' '}
            Without a decision it is refused on <Moment at={approval.expiresAt} inFull />.
          </>
        )}
      </p>
      {approval.mayDecide ? (
        <div class="actions">
          <button type="button" class="button harm" onClick={() => setAsked('deny')}>
            Deny …
          </button>
          <button type="button" class="button first" onClick={() => setAsked('approve')}>
            Approve …
          </button>
        </div>
      ) : approval.mayStart ? (
        <div class="actions">
          <button type="button" class="button first" onClick={() => setAsked('start')}>
            Start …
          </button>
        </div>
      ) : (
        <p class="soft">
          {approval.status === 'pending'
            ? 'You may not decide this: it takes the right to approve, as the roles ops, secops and admin have it.'
            : 'You may not start it: it takes the right to deploy, as the roles developer and admin have it.'}
        </p>
      )}
      {asked === 'approve' && (
        <Confirm
          title={`Approve ${semver} for ${scope}?`}
          yes="Approve"
          no="Not yet"
          isHarmless
          act={() => decide(approval.id, 'approve')}
          close={close}
        >
          <p>It is not deployed by that: whoever may deploy here starts it.</p>
        </Confirm>
      )}
      {asked === 'deny' && (
        <Confirm
          title={`Deny ${semver} for ${scope}?`}
          yes="Deny"
          no="Not yet"
          act={() => decide(approval.id, 'deny')}
          close={close}
        >
          <p>The deployment ends, and the scope is free for another one.</p>
        </Confirm>
      )}
      {asked === 'start' && (
        <Confirm
          title={`Start the deployment of ${semver} to ${scope}?`}
          yes="Start"
          no="Not yet"
          isHarmless
          act={() => actInWords(version.id, { action: 'start' })}
          close={close}
        >
          <p>Its instances are started now.</p>
        </Confirm>
      )}
    </div>
  );
}
