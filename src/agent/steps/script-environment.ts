import { homedir } from 'node:os';
import { markVariable } from './step-context.ts';

/** Of the agent's own life under a supervisor; a step that inherited them would speak in the agent's name. */
const supervisorVariables = new Set([
  'NOTIFY_SOCKET',
  'WATCHDOG_PID',
  'WATCHDOG_USEC',
  'INVOCATION_ID',
  'JOURNAL_STREAM',
  'SYSTEMD_EXEC_PID',
  'LISTEN_PID',
  'LISTEN_FDS',
]);

/** The agent's environment without what is its own (`SLIPWAY_*` holds secrets), the step's values, and its mark. */
export function scriptEnvironment(
  inherited: NodeJS.ProcessEnv,
  own: Readonly<Record<string, string>>,
  mark: string,
): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(
    ([name]) => !name.startsWith('SLIPWAY_') && !supervisorVariables.has(name),
  );
  return { HOME: homedir(), ...Object.fromEntries(kept), ...own, [markVariable]: mark };
}
