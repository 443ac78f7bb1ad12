import type { DeploymentStatus } from '../statuses.ts';
import type {
  Action,
  Decision,
  DeploymentCommand,
  DeploymentState,
  StrategyData,
} from './deployment-state.ts';

/** A decision while it is made: the state so far and what follows from it. */
export class Draft {
  readonly at: number;
  readonly #commands: DeploymentCommand[] = [];
  #state: DeploymentState;

  constructor(state: DeploymentState, at: number) {
    this.#state = state;
    this.at = at;
  }

  get state(): DeploymentState {
    return this.#state;
  }

  get status(): DeploymentStatus {
    return this.#state.status;
  }

  get decision(): Exclude<Decision, { refused: string }> {
    return { state: this.#state, commands: this.#commands };
  }

  change(change: Partial<DeploymentState>): void {
    this.#state = { ...this.#state, ...change };
  }

  data(change: StrategyData): void {
    this.change({ data: { ...this.#state.data, ...change } });
  }

  command(command: DeploymentCommand): void {
    this.#commands.push(command);
  }

  say(level: 'INFO' | 'WARNING' | 'ERROR', text: string): void {
    this.command({ do: 'say', level, text });
  }

  /** Enters a status; every change of status is a message (contract nullplatform 3.4). */
  enter(status: DeploymentStatus, text?: string): void {
    this.change({ status, startedAt: { ...this.#state.startedAt, [status]: this.at } });
    this.say('INFO', text === undefined ? `Status: ${status}` : `Status: ${status}. ${text}`);
  }

  /** Carries out an action now, or after the one under way; an older one that waits is forgotten. */
  order(action: Action): void {
    if (this.#state.action) {
      this.change({ next: action });
      return;
    }
    this.change({ action, next: null });
    this.command({ do: 'run', action });
  }

  /** The deployment has ended without serving the scope: nothing of it is wanted any more. */
  leave(): void {
    this.change({ statusInScope: 'inactive', action: null, next: null });
    this.command({ do: 'free-slot' });
  }
}
