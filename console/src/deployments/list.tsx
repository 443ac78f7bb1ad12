import type { RolloutSummary } from '../api.ts';
import { Moment, Status, Took } from '../parts/index.ts';

/** The deployments as a table; on a phone as cards. */
export function DeploymentList({ rollouts }: { rollouts: readonly RolloutSummary[] }) {
  return (
    <div class="panel">
      <table class="table deployments">
        <caption class="unseen">Deployments, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Deployment</th>
            <th scope="col">Dialect</th>
            <th scope="col">Who</th>
            <th scope="col">Asked</th>
            <th scope="col" class="end">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {rollouts.map((rollout) => (
            <DeploymentRow key={rollout.id} rollout={rollout} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DeploymentRow({ rollout }: { rollout: RolloutSummary }) {
  return (
    <tr>
      <td>
        <Status state={rollout.state} badge />
      </td>
      <th scope="row">
        <a class="deployment-link" href={`/console/deployments/${rollout.id}`}>
          {rollout.title}
        </a>
        {rollout.reasonText !== null && <div class="reason soft">{rollout.reasonText}</div>}
      </th>
      <td data-label="through">{rollout.owner.dialect}</td>
      <td data-label="by">{rollout.requestedBy}</td>
      <td>
        <Moment at={rollout.acceptedAt} />
      </td>
      <td data-label="took" class="end">
        <Took from={rollout.startedAt} to={rollout.endedAt} />
      </td>
    </tr>
  );
}
