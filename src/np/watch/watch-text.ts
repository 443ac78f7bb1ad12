import type { Watched, WatchedMessage } from './watched.ts';

const longestBar = 24;
/** A shorter bar shows nothing; its place is the text's. */
const shortestBar = 4;

/** A message of the event log as a line; what is no text in it could steer the terminal and is left out. */
export function messageLine({ level, message, timestamp }: WatchedMessage): string {
  return `${new Date(timestamp).toISOString().slice(11, 19)}  ${level.padEnd(7)}  ${oneLine(message)}`;
}

/** What is deployed where: `1.2.0 to production (blue_green), http://…`. */
export function headLine({ id, strategy, release, scope }: Watched): string {
  const what = release ? `${oneLine(release.semver)} to ` : '';
  const where = scope ? `${oneLine(scope.name)}, ${oneLine(scope.address ?? scope.domain)}` : 'its scope';
  return `deployment ${id}: ${what}${where} (${strategy})`;
}

/** Status, traffic and health in one line, for where lines cannot be written over. */
export function stateLine(deployment: Watched): string {
  const { status } = deployment;
  return [status, trafficText(deployment), healthText(deployment)].filter((part) => part !== '').join(' · ');
}

/** The lines that are drawn again and again in a terminal; none is wider than `columns`. */
export function frame(deployment: Watched, now: number, columns: number): readonly string[] {
  const { status, status_started_at: started, strategy_data: data } = deployment;
  const since = Date.parse(started[status] ?? '');
  const age = Number.isFinite(since) ? ` for ${ageText(now - since)}` : '';
  const { switched_traffic: traffic, healthy_instances: healthy, amount_instances_to_wait: wanted } = data;
  const measures: { label: string; share: number; text: string }[] = [];
  if (traffic !== undefined) {
    measures.push({ label: '  traffic  ', share: traffic / 100, text: trafficText(deployment, '') });
  }
  if (healthy !== undefined && wanted) {
    measures.push({ label: '  health   ', share: healthy / wanted, text: healthText(deployment) });
  }
  const taken = Math.max(0, ...measures.map(({ label, text }) => label.length + text.length + 3));
  const width = Math.min(longestBar, columns - taken);
  const lines = [
    `  status   ${status}${age}`,
    ...measures.map(({ label, share, text }) => `${label}${bar(share, width)}${text}`),
  ];
  return lines.map((line) => [...line].slice(0, Math.max(columns - 1, 20)).join(''));
}

/** What its user can do with a deployment that has begun to wait for them; nothing where it has not. */
export function hintLines(before: Watched | undefined, { id, status, strategy }: Watched): readonly string[] {
  if (before?.status === status) return [];
  if (status === 'creating_approval') return ['It waits for an approval: np approval list --status pending'];
  if (status !== 'running' || strategy === 'initial') return [];
  const patch = `np deployment patch --id ${id} --body`;
  return [
    `Move traffic:  ${patch} '{ strategy_data: { desired_switched_traffic: 50 } }'`,
    `Finalise:      ${patch} '{ status: "finalizing" }'`,
  ];
}

function trafficText({ strategy_data: data }: Watched, what = ' of the traffic'): string {
  const { switched_traffic: now, desired_switched_traffic: wanted } = data;
  if (now === undefined) return '';
  const moving = wanted === undefined || wanted === now ? '' : `, moving to ${wanted} %`;
  return `${now} %${what} on the new version${moving}`;
}

function healthText({ strategy_data: data }: Watched): string {
  const { healthy_instances: healthy, amount_instances_to_wait: wanted, launched_instances: started } = data;
  if (healthy === undefined || wanted === undefined) return '';
  const launched = started === undefined || started === healthy ? '' : `, ${started} started`;
  return `${healthy} of ${wanted} instances healthy${launched}`;
}

function bar(share: number, width: number): string {
  if (width < shortestBar) return '';
  const full = Math.round(Math.min(Math.max(share, 0), 1) * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}  `;
}

function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  return minutes === 0
    ? `${seconds} s`
    : minutes < 60
      ? `${minutes} min ${seconds % 60} s`
      : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
