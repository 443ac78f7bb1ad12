import type { Version } from '../scope-api.ts';

interface TrafficBarProps {
  readonly active: Version | null;
  readonly inProgress: Version | null;
}

/** Which share of the requests the new version gets, as a thin bar and in words beside it. */
export function TrafficBar({ active, inProgress }: TrafficBarProps) {
  const share = inProgress?.switchedTraffic ?? 0;
  return (
    <span class="traffic-line">
      <span class={`traffic-bar${active === null ? ' traffic-nobody' : ''}`} aria-hidden="true">
        <span style={{ inlineSize: `${share}%` }} />
      </span>
      <span>{trafficWords(active, inProgress)}</span>
    </span>
  );
}

function trafficWords(active: Version | null, inProgress: Version | null): string {
  if (inProgress !== null && active === null) return 'none yet';
  if (inProgress !== null) return `${inProgress.switchedTraffic} % new`;
  return active === null ? 'none' : 'all';
}
