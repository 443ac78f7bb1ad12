import type { Measure } from '../scope-api.ts';

/** One value of a line: where it stands in time (epoch milliseconds) and how high. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** A router tells what it counted every 5 s: a period is whole that long after its end, and a bit. */
const reportMilliseconds = 6_000;

/**
 * Requests per second of each period that is whole at the time `now`, from the first one that was measured; a period
 * without a measure had none.
 */
export function requestRate(measures: readonly Measure[], periodSeconds: number, now: number): Point[] {
  return whole(measures, periodSeconds, now).map(({ at, requests }) => ({
    at,
    value: requests / periodSeconds,
  }));
}

/** Like `requestRate`: which share of the requests of each period failed, in percent; 0 where nothing was asked. */
export function errorShare(measures: readonly Measure[], periodSeconds: number, now: number): Point[] {
  return whole(measures, periodSeconds, now).map(({ at, requests, errors }) => ({
    at,
    value: requests === 0 ? 0 : (100 * errors) / requests,
  }));
}

/** Mean milliseconds of an answer over all periods; undefined when nothing was asked. */
export function meanMilliseconds(measures: readonly Measure[]): number | undefined {
  const requests = sum(measures.map((measure) => measure.requests));
  return requests === 0 ? undefined : sum(measures.map((measure) => measure.milliseconds)) / requests;
}

/** The smallest round number (1, 2 or 5 times a power of ten) that is not below `value`; at least 1. */
export function roundCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= value) ?? 10 * power;
}

/** The line as a path of SVG in a box of `width` × `height`, where `top` is as high as the box; one point alone is a dot. */
export function linePath(
  points: readonly Point[],
  { from, to, top, width, height }: { from: number; to: number; top: number; width: number; height: number },
): string {
  const shown = points.filter(({ at }) => at >= from && at <= to);
  const path = shown
    .map(({ at, value }, index) => {
      const x = ((at - from) / (to - from)) * width;
      const y = height - (Math.min(value, top) / top) * height;
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
  // A line without a length is drawn as a dot; a lone move is not drawn.
  return shown.length === 1 ? `${path}h0` : path;
}

/** The periods that any of the lines has, in order. */
export function timesOf(lines: readonly (readonly Point[])[]): number[] {
  return [...new Set(lines.flat().map(({ at }) => at))].sort((one, other) => one - other);
}

/** The time that stands nearest to `at`; undefined where there is none. */
export function nearestTime(times: readonly number[], at: number): number | undefined {
  return times.reduce<number | undefined>(
    (nearest, time) =>
      nearest === undefined || Math.abs(time - at) < Math.abs(nearest - at) ? time : nearest,
    undefined,
  );
}

/** How far back a plot reaches, in whole minutes: as far as there is something to show, from 2 to 15. */
export function shownMinutes(measures: readonly Measure[], now: number): number {
  const first = Math.min(now, ...measures.map(({ at }) => at));
  return Math.min(15, Math.max(2, Math.ceil((now - first) / 60_000)));
}

function whole(measures: readonly Measure[], periodSeconds: number, now: number): Measure[] {
  const step = periodSeconds * 1000;
  const known = new Map(measures.map((measure) => [measure.at, measure]));
  const periods: Measure[] = [];
  for (let at = Math.min(...known.keys()); at + step + reportMilliseconds <= now; at += step) {
    periods.push(known.get(at) ?? { at, requests: 0, errors: 0, milliseconds: 0 });
  }
  return periods;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
