import { Moment, Table } from '../parts/index.ts';
import type { ScopeInstance, ScopeView } from '../scope-api.ts';
import { StateBadge } from './state-badge.tsx';
import { instanceWords } from './words.ts';

/** The instances of both versions, with what is wrong with those that are not well. */
export function InstancesPanel({ scope }: { scope: ScopeView }) {
  const { active, inProgress } = scope;
  const isOld = ({ deploymentId }: ScopeInstance) => Number(deploymentId !== inProgress?.id);
  const instances = [...scope.instances].sort(
    (one, other) => isOld(one) - isOld(other) || one.host.localeCompare(other.host),
  );
  const versionOf = ({ deploymentId }: ScopeInstance) => {
    if (deploymentId === inProgress?.id) return `${inProgress.semver}${active === null ? '' : ' (new)'}`;
    return active?.semver ?? '–';
  };
  return (
    <section class="panel part" aria-labelledby="instances-title">
      <h2 id="instances-title">Instances</h2>
      {instances.length === 0 ? (
        <p class="soft part-empty">None run.</p>
      ) : (
        <Table
          caption="Instances of the scope"
          columns={['Health', 'Version', 'Where', 'Started', 'Restarts']}
        >
          {instances.map((instance) => (
            <tr key={instance.id}>
              <td>
                <StateBadge words={instanceWords(instance)} name={instance.state} />
              </td>
              <td data-label="version" class="fixed">
                {versionOf(instance)}
              </td>
              <td data-label="at">
                <span class="fixed">
                  {instance.host}
                  {instance.port !== null && `:${instance.port}`}
                </span>
                {instance.trouble !== null && !instance.healthy && (
                  <div class="trouble">{instance.trouble}</div>
                )}
              </td>
              <td data-label="started">
                {instance.startedAt === null ? '–' : <Moment at={instance.startedAt} />}
              </td>
              <td data-label="restarts">{instance.restarts}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
