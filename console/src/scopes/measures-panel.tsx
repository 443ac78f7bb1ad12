import type { Measure, ScopeView } from '../scope-api.ts';
import { now } from '../surroundings.ts';
import {
  errorShare,
  linePath,
  meanMilliseconds,
  type Point,
  requestRate,
  roundCeiling,
  shownMinutes,
} from './plot.ts';

/** In units of the drawing; it is stretched to the width there is. */
const box = { width: 600, height: 120 };

/** What the routers measured in the last 15 minutes, of the old version and of the new one. */
export function MeasuresPanel({ scope }: { scope: ScopeView }) {
  const { active, inProgress, measures } = scope;
  const minutes = shownMinutes([...measures.active, ...measures.inProgress], now.value);
  const shown: Shown[] = [];
  if (active !== null) {
    const kind = inProgress === null ? 'new' : 'old';
    shown.push({ kind, name: active.semver, measures: measures.active });
  }
  if (inProgress !== null) {
    shown.push({ kind: 'new', name: inProgress.semver, measures: measures.inProgress });
  }
  const lines = (of: (some: readonly Measure[], periodSeconds: number) => Point[]): Line[] =>
    shown.map(({ kind, name, measures: some }) => ({ kind, name, points: of(some, measures.periodSeconds) }));
  return (
    <section class="panel part" aria-labelledby="measures-title">
      <div class="measures-head">
        <h2 id="measures-title">Requests</h2>
        <ul class="legend" aria-label="Versions">
          {shown.map((version) => (
            <Legend key={`${version.kind} ${version.name}`} {...version} />
          ))}
        </ul>
      </div>
      <div class="plots">
        <Plot title="Requests per second" unit="/s" minutes={minutes} lines={lines(requestRate)} />
        <Plot title="Share of errors" unit=" %" minutes={minutes} lines={lines(errorShare)} />
      </div>
    </section>
  );
}

interface Drawn {
  /** A version that serves alone is drawn as the new one that it was. */
  readonly kind: 'old' | 'new';
  readonly name: string;
}

interface Shown extends Drawn {
  readonly measures: readonly Measure[];
}

interface Line extends Drawn {
  readonly points: readonly Point[];
}

interface PlotProps {
  readonly title: string;
  readonly unit: string;
  /** How far back it reaches. */
  readonly minutes: number;
  readonly lines: readonly Line[];
}

function Plot({ title, unit, minutes, lines }: PlotProps) {
  const top = roundCeiling(Math.max(0, ...lines.flatMap(({ points }) => points.map(({ value }) => value))));
  const to = now.value;
  const place = { ...box, from: to - minutes * 60_000, to, top };
  const said = lines
    .map(({ name, points }) => `${name} ${rounded(points.at(-1)?.value ?? 0)}${unit}`)
    .join(', ');
  return (
    <figure class="plot">
      <figcaption>
        {title}
        <span class="soft"> · {said === '' ? 'nothing yet' : said}</span>
      </figcaption>
      <div class="plot-area">
        <span class="plot-top soft" aria-hidden="true">
          {top}
          {unit}
        </span>
        <svg
          viewBox={`0 0 ${box.width} ${box.height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title} in the last ${minutes} minutes: ${said === '' ? 'nothing yet' : said}`}
        >
          {[0, 0.5, 1].map((part) => (
            <path key={part} class="plot-grid" d={`M0 ${part * box.height}H${box.width}`} />
          ))}
          {lines.map(({ kind, name, points }) => (
            <path key={`${kind} ${name}`} class={`plot-line plot-${kind}`} d={linePath(points, place)} />
          ))}
        </svg>
        <span class="plot-times soft" aria-hidden="true">
          <span>{minutes} min ago</span>
          <span>now</span>
        </span>
      </div>
    </figure>
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

function rounded(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });
}
