import type { RefObject, TargetedEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** So near to its end, in pixels, a screen counts as scrolled to it. */
const nearEnd = 32;

/**
 * A screen that stays at its newest line while `isFollowing`. Scrolling away from the end tells `follow` false, scrolling
 * back tells it true. `shown` changes with what the screen shows.
 */
export function useFollowedEnd(
  isFollowing: boolean,
  follow: (isFollowing: boolean) => void,
  shown: readonly unknown[],
): {
  readonly place: RefObject<HTMLDivElement | null>;
  readonly scrolled: (event: TargetedEvent<HTMLElement>) => void;
} {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (isFollowing) place.current?.scrollTo({ top: place.current.scrollHeight });
  }, [isFollowing, ...shown]);
  return {
    place,
    scrolled({ currentTarget }) {
      const { scrollHeight, scrollTop, clientHeight } = currentTarget;
      const isAtEnd = scrollHeight - scrollTop - clientHeight < nearEnd;
      if (isAtEnd !== isFollowing) follow(isAtEnd);
    },
  };
}
