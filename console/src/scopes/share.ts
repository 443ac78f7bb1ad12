import type { Version } from '../scope-api.ts';

/** What moves the handle of the traffic. */
export type Mover = 'mouse' | 'touch' | 'keys';

/** The share that a move leads to, in percent: a finger is broader than one percent of a phone's screen. */
export function shareBy(mover: Mover, percent: number): number {
  return mover === 'touch' ? Math.round(percent / 5) * 5 : percent;
}

/** How far the traffic of the version is, and why it cannot be moved or finalised where it cannot. */
export function stateOfShare(version: Version, mayDeploy: boolean): string {
  const { switchedTraffic, desiredTraffic } = version;
  if (switchedTraffic !== desiredTraffic) {
    return `Switching: ${switchedTraffic} % now, ${desiredTraffic} % wanted.`;
  }
  if (!mayDeploy) return `${switchedTraffic} % switched. You may look, but not move traffic.`;
  if (!version.maySwitch) return `${switchedTraffic} % switched. Traffic cannot be moved in this state.`;
  if (!version.mayFinalize) {
    return `${switchedTraffic} % switched. It can be finalised once its instances are healthy.`;
  }
  return `${switchedTraffic} % switched.`;
}
