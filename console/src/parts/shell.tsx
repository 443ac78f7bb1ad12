import './shell.css';
import './status.css';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { type Problem, problemOf } from '../request.ts';
import { endSession, user } from '../session.ts';
import { ProblemNotice } from './problem.tsx';

const places = [
  { address: '/console/deployments', name: 'Deployments' },
  { address: '/console/scopes', name: 'Scopes' },
  { address: '/console/hosts', name: 'Hosts' },
  { address: '/console/images', name: 'Images' },
];

/** What stands around every page: the bar with the pages and who is logged in. */
export function Shell({ children }: { children: ComponentChildren }) {
  const { path } = useLocation();
  const [problem, setProblem] = useState<Problem>();
  const name = user.value?.name;
  return (
    <>
      <a class="button skip" href="#main">
        Skip to the content
      </a>
      <header class="bar">
        <a class="brand" href="/console/deployments">
          <Mark />
          Slipway
        </a>
        {name !== undefined && (
          <nav aria-label="Console">
            <ul>
              {places.map((place) => (
                <li key={place.address}>
                  <a href={place.address} aria-current={currentOf(path, place.address)}>
                    {place.name}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        )}
        {name !== undefined && (
          <div class="account">
            <span class="account-name" title={name}>
              <span class="unseen">Logged in as </span>
              {name}
            </span>
            <button
              type="button"
              class="button small"
              onClick={() => endSession().catch((error: unknown) => setProblem(problemOf(error)))}
            >
              Log out
            </button>
          </div>
        )}
      </header>
      <main id="main" tabIndex={-1}>
        {problem !== undefined && <ProblemNotice problem={problem} />}
        {children}
      </main>
    </>
  );
}

/** A hull on its slipway. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M4 26.5 28 19.5" class="mark-way" />
      <path d="m6.5 15 19-5.5c.7 5-1.8 8.3-5.9 9.5l-6.6 1.9c-3.7 1.1-6.2-1.4-6.5-5.9Z" class="mark-hull" />
    </svg>
  );
}

function currentOf(path: string, address: string): 'page' | 'true' | undefined {
  if (path === address) return 'page';
  return path.startsWith(`${address}/`) ? 'true' : undefined;
}
