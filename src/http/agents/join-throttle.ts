import { CoreError } from '../../errors/index.ts';
import type { Clock } from '../../storage/index.ts';

const windowMilliseconds = 60_000;
const failuresPerWindow = 20;
/** Addresses that are remembered at once; beyond it the oldest are forgotten, so that strangers cannot fill the memory. */
const rememberedAddresses = 10_000;

/** Slows down guessing of join tokens: counts refused joins per address and minute. */
export interface JoinThrottle {
  /** Throws `rate-limited` for an address that was refused too often. */
  check(address: string): void;
  refused(address: string): void;
}

/** Counts refused joins by address, in this process. */
export function createJoinThrottle(clock: Clock): JoinThrottle {
  const failures = new Map<string, { count: number; until: number }>();
  const current = (address: string) => {
    const found = failures.get(address);
    return found && found.until > clock.now() ? found : undefined;
  };
  return {
    check(address) {
      const found = current(address);
      if (found && found.count >= failuresPerWindow) {
        const seconds = Math.ceil((found.until - clock.now()) / 1000);
        throw new CoreError(
          'rate-limited',
          `Too many refused joins from ${address}: try again in ${seconds} s`,
        );
      }
    },
    refused(address) {
      const found = current(address);
      if (found) {
        found.count += 1;
        return;
      }
      failures.delete(address);
      failures.set(address, { count: 1, until: clock.now() + windowMilliseconds });
      if (failures.size > rememberedAddresses) failures.delete(failures.keys().next().value as string);
    },
  };
}
