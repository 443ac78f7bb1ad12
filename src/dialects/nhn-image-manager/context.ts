import type { Parts } from '../../http/index.ts';
import type { Media } from '../../media/index.ts';
import type { ServiceNews } from './service-news.ts';

/** What the dialect needs of the composition root: the parts of every dialect, and the media library. */
export interface ImageParts extends Parts {
  readonly media: Media;
}

/** What every operation and native route of the dialect works with. */
export interface Context {
  readonly parts: ImageParts;
  /** Of services and recipes that changed. */
  readonly serviceNews: ServiceNews;
}
