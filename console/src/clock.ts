import { effect, signal } from '@preact/signals';
import { serverNow } from './request.ts';

/** The server's time, moving once a second while the page is seen. */
export const now = signal(serverNow());

/** Whether anybody can see the page: a hidden one holds no stream open and asks nothing. */
export const visible = signal(document.visibilityState === 'visible');

/** Starts both clocks; called once, by the entry. */
export function startClock(): void {
  document.addEventListener('visibilitychange', () => {
    visible.value = document.visibilityState === 'visible';
  });
  effect(() => {
    if (!visible.value) return;
    now.value = serverNow();
    const timer = setInterval(() => {
      now.value = serverNow();
    }, 1000);
    return () => clearInterval(timer);
  });
}
