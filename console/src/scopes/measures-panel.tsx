import type { Measure, ScopeView } from '../scope-api.ts';
import { now } from '../surroundings.ts';
import { errorShare, meanMilliseconds, type Point, requestRate, shownMinutes } from './plot.ts';
import { type Drawn, type Line, PlotFigure, rounded } from './plot-figure.tsx';

interface Shown extends Drawn {
  readonly measures: readonly Measure[];
}

/** What the routers measured in the last 15 minutes, of the old version and of the new one. */
export function MeasuresPanel({ scope }: { scope: ScopeView }) {
  const { active, inProgress, measures } = scope;
  const minutes = shownMinutes([...measures.active, ...measures.inProgress], now.value);
  // Only instances on hosts are reached through routers.
  const isMeasured = scope.hosts.length > 0;
  const shown: Shown[] = [];
  if (active !== null) {
    const kind = inProgress === null ? 'new' : 'old';
    shown.push({ kind, name: active.semver, measures: measures.active });
  }
  if (inProgress !== null) {
    shown.push({ kind: 'new', name: inProgress.semver, measures: measures.inProgress });
  }
  const lines = (of: (some: readonly Measure[], periodSeconds: number, now: number) => Point[]): Line[] =>
    shown.map(({ kind, name, measures: some }) => ({
      kind,
      name,
      points: of(some, measures.periodSeconds, now.value),
    }));
  return (
    <section class="panel part" aria-labelledby="measures-title">
      <div class="measures-head">
        <h2 id="measures-title">Requests</h2>
        {isMeasured && shown.length > 0 && (
          <ul class="legend" aria-label="Versions">
            {shown.map((version) => (
              <Legend key={`${version.kind} ${version.name}`} {...version} />
            ))}
          </ul>
        )}
      </div>
      {isMeasured ? (
        <div class="plots">
          <PlotFigure title="Requests per second" unit="/s" minutes={minutes} lines={lines(requestRate)} />
          <PlotFigure title="Share of errors" unit=" %" minutes={minutes} lines={lines(errorShare)} />
        </div>
      ) : (
        <p class="soft measures-none">
          Requests to this scope do not come through Slipway's routers: they are measured where it runs.
        </p>
      )}
    </section>
  );
}

function Legend({ kind, name, measures }: Shown) {
  const mean = meanMilliseconds(measures);
  return (
    <li>
      <svg class="legend-line" viewBox="0 0 20 8" aria-hidden="true">
        <path class={`plot-line plot-${kind}`} d="M0 4H20" />
      </svg>
      <span class="fixed">{name}</span>
      <span class="soft">{mean === undefined ? 'no requests' : `${rounded(mean)} ms on average`}</span>
    </li>
  );
}
