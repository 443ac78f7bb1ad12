/** A message of a deployment's event log; the time in epoch milliseconds. */
export interface WatchedMessage {
  readonly level: string;
  readonly message: string;
  readonly timestamp: number;
}

/** A deployment as far as watching reads it (contract nullplatform 3.2). */
export interface Watched {
  readonly id: number;
  readonly status: string;
  readonly strategy: string;
  readonly strategy_data: {
    readonly desired_switched_traffic?: number;
    readonly switched_traffic?: number;
    readonly amount_instances_to_wait?: number;
    readonly launched_instances?: number;
    readonly healthy_instances?: number;
  };
  readonly status_started_at: Readonly<Record<string, string>>;
  readonly messages: readonly WatchedMessage[];
  readonly release?: { readonly semver: string };
  /** A server that is not Slipway's tells no address. */
  readonly scope?: { readonly name: string; readonly domain: string; readonly address?: string };
}

/** What the exit status says of how a deployment ended. */
const exitCodeOf: Readonly<Record<string, number>> = {
  finalized: 0,
  failed: 3,
  rolled_back: 4,
  cancelled: 5,
  creating_approval_denied: 6,
  deleted: 7,
};

/** The exit status for a deployment that has ended; undefined while it has not. */
export function endOf({ status }: Pick<Watched, 'status'>): number | undefined {
  return exitCodeOf[status];
}

/** The way of a deployment that goes well; it may go by faster than anybody looks. */
const way = ['creating', 'waiting_for_instances', 'running', 'finalizing', 'finalized'];

/** Whether it is where `--until` says, or beyond that on the way to its good end. */
export function hasReached({ status }: Pick<Watched, 'status'>, until: string | undefined): boolean {
  if (until === undefined) return false;
  return status === until || (way.includes(until) && way.indexOf(status) > way.indexOf(until));
}

/** The messages that were not there before. */
export function newMessages(before: Watched | undefined, after: Watched): readonly WatchedMessage[] {
  if (!before) return after.messages;
  const left = new Map<string, number>();
  const key = ({ level, message, timestamp }: WatchedMessage) => `${timestamp} ${level} ${message}`;
  for (const message of before.messages) left.set(key(message), (left.get(key(message)) ?? 0) + 1);
  return after.messages.filter((message) => {
    const count = left.get(key(message)) ?? 0;
    if (count > 0) left.set(key(message), count - 1);
    return count === 0;
  });
}
