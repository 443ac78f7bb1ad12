import { effect, signal } from '@preact/signals';
import { serverNow } from './request.ts';

/** The server's time, moving once a second while the page is seen. */
export const now = signal(serverNow());

/** Whether anybody can see the page: a hidden one holds no stream open and asks nothing. */
export const visible = signal(document.visibilityState === 'visible');

const wide = matchMedia('(min-width: 1100px)');

/** Whether the output has room beside the matrix; where it has none, it is a sheet that opens over the page. */
export const roomy = signal(wide.matches);

/** Keeps the three of them current; called once, by the entry. */
export function watchSurroundings(): void {
  wide.addEventListener('change', () => {
    roomy.value = wide.matches;
  });
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
