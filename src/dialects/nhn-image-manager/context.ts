import type { Parts } from '../../http/index.ts';
import type { ServiceNews } from './service-news.ts';

/** What every operation and native route of the dialect works with. */
export interface Context {
  readonly parts: Parts;
  /** Of services and recipes that changed. */
  readonly serviceNews: ServiceNews;
}
