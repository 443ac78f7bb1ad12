import './service-head.css';
import type { ComponentChildren } from 'preact';
import { PageTitle } from '../parts/index.ts';
import { libraryAddress, recipesAddress } from './query.ts';

interface ServiceHeadProps {
  readonly service: string;
  /** The service's name; undefined while it is not known. */
  readonly name: string | undefined;
  readonly place: 'library' | 'operations';
  /** What stands behind the name in the window's title. */
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** The head of the pages of one service: its name, and the way to its other page. */
export function ServiceHead({ service, name, place, title, children }: ServiceHeadProps) {
  const tabs = [
    { place: 'library', name: 'Library', address: libraryAddress(service) },
    { place: 'operations', name: 'Operations', address: recipesAddress(service) },
  ];
  return (
    <header class="service-head">
      <a class="service-back" href="/console/images">
        Images
      </a>
      <PageTitle title={`${title} · ${name ?? 'Images'}`}>{name ?? 'Images'}</PageTitle>
      <nav aria-label="Service">
        <ul class="tabs">
          {tabs.map((tab) => (
            <li key={tab.place}>
              <a href={tab.address} aria-current={tab.place === place ? 'page' : undefined}>
                {tab.name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {children}
    </header>
  );
}
