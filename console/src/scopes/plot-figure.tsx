import { useState } from 'preact/hooks';
import { clockTime } from '../moment.ts';
import { now } from '../surroundings.ts';
import { linePath, nearestTime, type Point, roundCeiling, timesOf } from './plot.ts';

/** In units of the drawing; it is stretched to the width there is. */
const box = { width: 600, height: 120 };

/** A version in a plot: how it is drawn, and what it is called. */
export interface Drawn {
  /** A version that serves alone is drawn as the new one that it was. */
  readonly kind: 'old' | 'new';
  readonly name: string;
}

/** A version with the values of its periods, oldest first. */
export interface Line extends Drawn {
  readonly points: readonly Point[];
}

interface PlotProps {
  readonly title: string;
  readonly unit: string;
  /** How far back it reaches. */
  readonly minutes: number;
  readonly lines: readonly Line[];
}

/**
 * Values of both versions over time. Its heading says the newest values, or those of the moment that is pointed at or
 * walked to with the arrow keys.
 */
export function PlotFigure({ title, unit, minutes, lines }: PlotProps) {
  const [picked, setPicked] = useState<number>();
  const to = now.value;
  const from = to - minutes * 60_000;
  const times = timesOf(lines.map(({ points }) => points)).filter((at) => at >= from);
  const newest = times.at(-1);
  const shown = picked !== undefined && times.includes(picked) ? picked : undefined;
  const top = roundCeiling(Math.max(0, ...lines.flatMap(({ points }) => points.map(({ value }) => value))));
  const place = { ...box, from, to, top };
  const said = (at: number | undefined) =>
    at === undefined
      ? 'nothing yet'
      : lines.map(({ name, points }) => `${name} ${valueAt(points, at)}${unit}`).join(', ');
  const point = ({ clientX, currentTarget }: PointerEvent & { currentTarget: HTMLElement }) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    setPicked(nearestTime(times, from + ((clientX - left) / width) * (to - from)));
  };
  const x = shown === undefined ? 0 : ((shown - from) / (to - from)) * box.width;
  return (
    <figure class="plot">
      <figcaption>
        {title}
        <span class="soft">
          {' · '}
          {shown !== undefined && `${clockTime(shown)}: `}
          {said(shown ?? newest)}
        </span>
      </figcaption>
      <div
        class="plot-area"
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => setPicked(undefined)}
      >
        <span class="plot-top soft" aria-hidden="true">
          {top}
          {unit}
        </span>
        <svg
          viewBox={`0 0 ${box.width} ${box.height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title} in the last ${minutes} minutes: ${said(newest)}`}
        >
          {[0, 0.5, 1].map((part) => (
            <path key={part} class="plot-grid" d={`M0 ${part * box.height}H${box.width}`} />
          ))}
          {shown !== undefined && <path class="plot-moment" d={`M${x.toFixed(1)} 0V${box.height}`} />}
          {lines.map(({ kind, name, points }) => (
            <path key={`${kind} ${name}`} class={`plot-line plot-${kind}`} d={linePath(points, place)} />
          ))}
        </svg>
        {newest !== undefined && (
          <input
            class="plot-keys"
            type="range"
            min={0}
            max={times.length - 1}
            value={times.indexOf(shown ?? newest)}
            aria-label={`${title}, moment by moment`}
            aria-valuetext={`${clockTime(shown ?? newest)}: ${said(shown ?? newest)}`}
            onFocus={() => setPicked(newest)}
            onBlur={() => setPicked(undefined)}
            onInput={({ currentTarget }) => setPicked(times[currentTarget.valueAsNumber])}
          />
        )}
        <span class="plot-times soft" aria-hidden="true">
          <span>{minutes} min ago</span>
          <span>now</span>
        </span>
      </div>
    </figure>
  );
}

function valueAt(points: readonly Point[], at: number): string {
  return rounded(points.find((point) => point.at === at)?.value ?? 0);
}

/** A value as people read it: one decimal below ten, none above. */
export function rounded(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });
}
