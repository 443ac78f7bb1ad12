import { useEffect, useRef } from 'preact/hooks';

let firstPage = true;

/**
 * The heading of a page, and the window's title. On every page but the first it takes the focus, as a page that loads
 * would: screen readers say where one is now.
 */
export function PageTitle({ children, title = children }: { children: string; title?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Slipway`;
  }, [title]);
  useEffect(() => {
    if (!firstPage) heading.current?.focus({ preventScroll: true });
    firstPage = false;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
