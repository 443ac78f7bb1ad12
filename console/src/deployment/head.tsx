import { useState } from 'preact/hooks';
import { cancelRollout, type RolloutView } from '../api.ts';
import { Confirm, CopyButton, Moment, PageTitle, Status, Took } from '../parts/index.ts';

/** What the deployment is, how it stands, who asked for it, and the button that stops it. */
export function DeploymentHead({ rollout }: { rollout: RolloutView }) {
  const [asking, setAsking] = useState(false);
  const ended = rollout.endedAt !== null;
  return (
    <header class="head">
      <nav aria-label="Above">
        <a href="/console/deployments">All deployments</a>
      </nav>
      <div class="head-line">
        <PageTitle>{rollout.title}</PageTitle>
        <Status state={rollout.state} badge />
        {!ended && (
          <button
            type="button"
            class="button harm"
            aria-disabled={rollout.state === 'cancelling'}
            onClick={() => rollout.state !== 'cancelling' && setAsking(true)}
          >
            {rollout.state === 'cancelling' ? 'Stopping …' : 'Stop …'}
          </button>
        )}
      </div>
      {rollout.reasonText !== null && <p class="notice bad">{rollout.reasonText}</p>}
      <dl class="facts">
        <Fact name="Asked by">{rollout.requestedBy}</Fact>
        <Fact name="Through">{rollout.owner.dialect}</Fact>
        <Fact name="Asked">
          <Moment at={rollout.acceptedAt} inFull />
        </Fact>
        <Fact name="Took">
          {rollout.startedAt === null ? (
            'Not started'
          ) : (
            <Took from={rollout.startedAt} to={rollout.endedAt} />
          )}
        </Fact>
        <Fact name="Id">
          <span class="fixed">{rollout.id}</span>{' '}
          <CopyButton text={() => rollout.id} label="Copy" name="the id" />
        </Fact>
      </dl>
      {asking && (
        <Confirm
          title="Stop this deployment?"
          yes="Stop the deployment"
          no="Let it run"
          act={() => cancelRollout(rollout.id)}
          close={() => setAsking(false)}
        >
          <p>Hosts that wait do not start. Tasks that run are ended with all their processes.</p>
          <p class="soft">What has been done stays done: nothing is put back, unless the plan says how.</p>
        </Confirm>
      )}
    </header>
  );
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
