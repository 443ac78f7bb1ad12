import { useState } from 'preact/hooks';
import { Confirm } from '../parts/index.ts';
import type { Version } from '../scope-api.ts';
import { actInWords } from './act.ts';

/** The ways to end a rollout; each asks before it acts. */
export function RolloutEnds({ version, active }: { version: Version; active: Version | null }) {
  const [asked, setAsked] = useState<'finalize' | 'cancel'>();
  const close = () => setAsked(undefined);
  const act = (action: 'finalize' | 'cancel') => () => actInWords(version.id, { action });
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
