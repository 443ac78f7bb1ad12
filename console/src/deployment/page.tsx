import './page.css';
import { useLocation, useRoute } from 'preact-iso/router';
import { type RolloutView, watchRollout } from '../api.ts';
import { useLive } from '../live.ts';
import { paced } from '../pace.ts';
import { PageTitle, ProblemNotice } from '../parts/index.ts';
import { roomy } from '../surroundings.ts';
import { Announcer } from './announcer.tsx';
import { type Cell, type CellReference, findCell, likelyCell } from './choose.ts';
import { DeploymentHead } from './head.tsx';
import { OutputPanel } from './output-panel.tsx';
import { StageSection } from './stage.tsx';

/** One deployment while it runs and after: its hosts × tasks, and what the chosen task wrote. */
export function DeploymentPage() {
  const id = useRoute().params.id ?? '';
  const live = useLive<RolloutView>(id, async (show, signal) => {
    const draw = paced(200, show);
    for await (const rollout of watchRollout(id, signal)) draw(rollout);
    draw.flush();
  });
  if (live.data === undefined) {
    return (
      <div class="page">
        <PageTitle>Deployment</PageTitle>
        {live.problem === undefined ? (
          <p class="soft">Loading …</p>
        ) : (
          <ProblemNotice problem={live.problem} retry={live.refresh} />
        )}
      </div>
    );
  }
  return (
    <div class="page wide">
      <DeploymentHead rollout={live.data} />
      {live.problem !== undefined && <ProblemNotice problem={live.problem} retry={live.refresh} />}
      <Announcer rollout={live.data} />
      <Deployment rollout={live.data} />
    </div>
  );
}

/**
 * The stages and the output beside them. The chosen cell stands in the address, so that a link can point at it; until
 * one is chosen the output goes along with the deployment, where there is room for it.
 */
function Deployment({ rollout }: { rollout: RolloutView }) {
  const { query, path, route } = useLocation();
  const chosen = findCell(rollout, { hostRunId: Number(query.run), stepIndex: Number(query.step) });
  const cell: Cell | undefined = chosen ?? (roomy.value ? likelyCell(rollout) : undefined);

  const choose = ({ hostRunId, stepIndex }: CellReference) => {
    route(`${path}?run=${hostRunId}&step=${stepIndex}`, true);
  };
  const close = () => {
    document.querySelector<HTMLElement>('.matrix [aria-pressed="true"]')?.focus();
    route(path, true);
  };

  return (
    <div class="deployment">
      <div class="stages">
        {rollout.stages.map((stage) => (
          <StageSection key={stage.index} stage={stage} of={rollout} selected={cell} choose={choose} />
        ))}
      </div>
      {cell !== undefined && (
        <div class="output-place">
          <OutputPanel
            rolloutId={rollout.id}
            cell={cell}
            following={chosen === undefined}
            goesOn={rollout.endedAt === null}
            close={close}
          />
        </div>
      )}
      {cell === undefined && roomy.value && (
        <section class="output-place output output-empty" aria-label="Output">
          <p>What a task writes appears here as soon as one has begun.</p>
        </section>
      )}
    </div>
  );
}
