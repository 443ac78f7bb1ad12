import { useState } from 'preact/hooks';
import { Moment, Table } from '../parts/index.ts';
import type { ScopeInstance } from '../scope-api.ts';
import { isUnwell } from './crowd.ts';
import { StateBadge } from './state-badge.tsx';
import { instanceName, instanceWords, troubleWords } from './words.ts';

/** More are shown when somebody asks: what stands below them must not be a long way down. */
const mostAtFirst = 8;

interface InstancesPanelProps {
  /** In the order in which they are shown. */
  readonly instances: readonly ScopeInstance[];
  /** Why those of a cluster are not known. */
  readonly problem: string | null;
  readonly scopeId: number;
  /** Said where there are none. */
  readonly empty: string;
  /** Where several versions are shown: which one an instance runs. */
  readonly versionOf?: (instance: ScopeInstance) => string;
}

/** Instances, with what is wrong with those that are not well, and the way to what each wrote. */
export function InstancesPanel({ instances, problem, scopeId, empty, versionOf }: InstancesPanelProps) {
  const [isWhole, setWhole] = useState(false);
  const isPods = instances.some(({ isPod }) => isPod);
  const unwell = instances.filter(isUnwell).length;
  // Two more are no reason to hide them.
  const isLong = instances.length > mostAtFirst + 2;
  const shown = isLong && !isWhole ? instances.slice(0, mostAtFirst) : instances;
  return (
    <section class="panel part" aria-labelledby="instances-title">
      <h2 id="instances-title">
        Instances{' '}
        {instances.length > 0 && (
          <span class="soft count">
            {instances.length}
            {unwell > 0 && `, ${unwell} not well`}
          </span>
        )}
      </h2>
      {problem !== null ? (
        <p class="part-empty" role="status">
          The pods are not known: {problem}
        </p>
      ) : instances.length === 0 ? (
        <p class="soft part-empty">{empty}</p>
      ) : (
        <Table
          caption="Instances"
          columns={[
            'Health',
            ...(versionOf ? ['Version'] : []),
            isPods ? 'Pod' : 'Where',
            ...(isPods ? ['Node'] : []),
            'Started',
            'Restarts',
            'Log',
          ]}
        >
          {shown.map((instance) => (
            <InstanceRow
              key={instance.id}
              instance={instance}
              scopeId={scopeId}
              version={versionOf?.(instance)}
            />
          ))}
        </Table>
      )}
      {isLong && problem === null && (
        <p class="part-more">
          <button type="button" class="button" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? `Show the first ${mostAtFirst}` : `Show all ${instances.length} instances`}
          </button>
        </p>
      )}
    </section>
  );
}

interface InstanceRowProps {
  readonly instance: ScopeInstance;
  readonly scopeId: number;
  readonly version: string | undefined;
}

function InstanceRow({ instance, scopeId, version }: InstanceRowProps) {
  const { id, deploymentId, isPod, host, startedAt, restarts, state } = instance;
  const trouble = troubleWords(instance);
  const address = `/console/scopes/${scopeId}/deployments/${deploymentId}`;
  const name = instanceName(instance);
  return (
    <tr>
      <td>
        <StateBadge words={instanceWords(instance)} name={state} />
      </td>
      {version !== undefined && (
        <td data-label="version" class="fixed">
          {version}
        </td>
      )}
      <td data-label={isPod ? 'pod' : 'at'} class="instance-name">
        <span class="fixed">{name}</span>
        {/* Messages name instances so. */}
        {!isPod && <span class="soft instance-id"> {id.slice(0, 8)}</span>}
        {trouble !== undefined && <div class="trouble">{trouble}</div>}
      </td>
      {isPod && (
        <td data-label="node" class="instance-name">
          {host === null ? <span class="soft">none yet</span> : <span class="fixed">{host}</span>}
        </td>
      )}
      <td data-label="started">{startedAt === null ? '–' : <Moment at={startedAt} />}</td>
      <td data-label="restarts">{restarts}</td>
      <td>
        <a href={`${address}?${new URLSearchParams({ instance: id })}`}>
          Log<span class="unseen"> of {name}</span>
        </a>
      </td>
    </tr>
  );
}
