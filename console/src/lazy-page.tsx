import { type ComponentType, h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ProblemNotice } from './parts/index.ts';
import { Problem } from './request.ts';

/**
 * A page whose code is loaded when it is opened first, so that the first view stays small. Says so when the code does
 * not come: the server is away, or a newer version of it has other files; loading the console anew helps against both.
 */
export function lazyPage(load: () => Promise<ComponentType>): ComponentType {
  let page: ComponentType | undefined;
  return function LazyPage() {
    const [failed, setFailed] = useState(false);
    const [, setLoaded] = useState(page !== undefined);
    useEffect(() => {
      if (page !== undefined) return;
      load().then(
        (loaded) => {
          page = loaded;
          setLoaded(true);
        },
        () => setFailed(true),
      );
    }, []);
    if (page !== undefined) return h(page, null);
    return (
      <div class="page">
        {failed ? (
          <ProblemNotice
            problem={new Problem(0, 'unreachable', 'This page did not load.')}
            retry={() => location.reload()}
          />
        ) : (
          <p class="soft">Loading …</p>
        )}
      </div>
    );
  };
}
