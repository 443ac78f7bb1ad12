import { useState } from 'preact/hooks';
import { Confirm, Moment } from '../parts/index.ts';
import { actOn, type ScopeView, type Version } from '../scope-api.ts';
import { ShareSlider } from './share-slider.tsx';
import { StateBadge } from './state-badge.tsx';
import { approvalWords, deploymentWords, strategyWords } from './words.ts';

/** The deployment that is rolled out: how it stands, where the traffic goes, and the ways to end it. */
export function RolloutPanel({ scope }: { scope: ScopeView }) {
  const version = scope.inProgress;
  if (version === null) return <NothingRolledOut active={scope.active} />;
  const { active, guidance } = scope;
  const approval = approvalWords(guidance);
  return (
    <section class="panel rollout" aria-labelledby="rollout-title">
      <div class="rollout-head">
        <h2 id="rollout-title">
          Rollout of <span class="fixed">{version.semver}</span>
        </h2>
        <StateBadge words={deploymentWords(version.status)} name={version.status} />
        {scope.mayDeploy && <Ends version={version} active={active} />}
      </div>
      {active === null ? (
        <p>This version takes all traffic as soon as its instances are healthy.</p>
      ) : (
        <ShareSlider key={version.id} version={version} old={active} mayDeploy={scope.mayDeploy} />
      )}
      <dl class="facts">
        <div>
          <dt>Strategy</dt>
          <dd>{strategyWords(version, guidance)}</dd>
        </div>
        {approval !== undefined && (
          <div>
            <dt>Approval</dt>
            <dd>{approval}</dd>
          </div>
        )}
        <div>
          <dt>Instances</dt>
          <dd>
            {version.healthyInstances} of {version.wantedInstances} healthy
          </dd>
        </div>
        <div>
          <dt>Asked</dt>
          <dd>
            <Moment at={version.createdAt} />
          </dd>
        </div>
        {version.description !== null && version.description !== '' && (
          <div>
            <dt>Description</dt>
            <dd>{version.description}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function NothingRolledOut({ active }: { active: Version | null }) {
  return (
    <section class="panel rollout" aria-labelledby="rollout-title">
      <div class="rollout-head">
        <h2 id="rollout-title">
          {active === null ? (
            'Nothing is deployed here'
          ) : (
            <>
              <span class="fixed">{active.semver}</span> serves all requests
            </>
          )}
        </h2>
      </div>
      <p class="soft">
        {active === null
          ? 'The address answers 404 until a release is deployed to this scope.'
          : 'No other version is rolled out.'}
      </p>
      {active !== null && (
        <dl class="facts">
          <div>
            <dt>Deployment</dt>
            <dd class="fixed">{active.id}</dd>
          </div>
          <div>
            <dt>Asked</dt>
            <dd>
              <Moment at={active.createdAt} inFull />
            </dd>
          </div>
          {active.description !== null && active.description !== '' && (
            <div>
              <dt>Description</dt>
              <dd>{active.description}</dd>
            </div>
          )}
        </dl>
      )}
    </section>
  );
}

function Ends({ version, active }: { version: Version; active: Version | null }) {
  const [asked, setAsked] = useState<'finalize' | 'cancel'>();
  const close = () => setAsked(undefined);
  const act = (action: 'finalize' | 'cancel') => () => actOn(version.id, { action });
  return (
    <div class="rollout-ends">
      <button
        type="button"
        class="button harm"
        disabled={!version.mayCancel}
        onClick={() => setAsked('cancel')}
      >
        Cancel …
      </button>
      {active !== null && (
        <button
          type="button"
          class="button first"
          disabled={!version.mayFinalize}
          onClick={() => setAsked('finalize')}
        >
          Finalise …
        </button>
      )}
      {asked === 'finalize' && (
        <Confirm
          title={`Finalise ${version.semver}?`}
          yes="Finalise"
          no="Not yet"
          act={act('finalize')}
          close={close}
        >
          <p>
            All requests go to {version.semver}. The instances of {active?.semver} are stopped once they have
            answered what they are busy with.
          </p>
          <p class="soft">To go back after that, deploy the old release again.</p>
        </Confirm>
      )}
      {asked === 'cancel' && (
        <Confirm
          title={`Cancel the rollout of ${version.semver}?`}
          yes="Cancel the rollout"
          no="Let it go on"
          act={act('cancel')}
          close={close}
        >
          <p>
            {active === null
              ? 'Nothing serves the scope afterwards.'
              : `All requests go back to ${active.semver}, which keeps serving.`}{' '}
            The instances of {version.semver} are stopped.
          </p>
        </Confirm>
      )}
    </div>
  );
}
