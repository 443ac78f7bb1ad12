import type { ImageFormat } from './image-format.ts';

/** Where a picture was taken, in decimal degrees; south and west are negative. */
export interface Coordinate {
  readonly latitude: number;
  readonly longitude: number;
}

/** What the header of a picture says; sizes are pixels as stored, orientation not applied. */
export interface ImageFacts {
  readonly format: ImageFormat;
  readonly width: number;
  /** Of one frame. */
  readonly height: number;
  readonly frames: number;
  /** The EXIF orientation, 1 to 8; 1 where there is none. */
  readonly orientation: number;
  /** When it was taken as the camera's clock said it, `2016-02-26T15:57:06`, without a zone; null without EXIF. */
  readonly takenAt: string | null;
  readonly coordinate: Coordinate | null;
}
