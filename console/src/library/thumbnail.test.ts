import { describe, expect, test } from 'vitest';
import type { Operation } from '../image-api.ts';
import { thumbnailOperation, thumbnailSources } from './thumbnail.ts';

const on = { realtimeService: true };

function operation(
  operationId: string,
  templateOperationId: string,
  option: Record<string, unknown>,
  more: Partial<Operation> = {},
): Operation {
  const jobTemplate = [{ templateOperationId, option }];
  return { operationId, description: '', realtimeService: true, updatedAt: '', jobTemplate, ...more };
}

describe('the operation for thumbnails', () => {
  const tiny = operation('tiny', 'resize_max_fit', { width: 100, height: 100 });
  const near = operation('near', 'resize_max_fit', { width: 300, height: 200 });
  const wide = operation('wide', 'resize_width_fit', { width: 700, height: 0 });

  test('is the one whose side is nearest to that of a tile', () => {
    expect(thumbnailOperation(on, [tiny, wide, near])).toBe('near');
    expect(thumbnailOperation(on, [tiny, wide])).toBe('wide');
  });

  test.each([
    ['too small', [tiny]],
    ['stretched', [operation('exact', 'resize_fix', { width: 300, height: 300 })]],
    ['cropped too', [{ ...near, jobTemplate: [...near.jobTemplate, ...near.jobTemplate] }]],
    ['not for URLs', [{ ...near, realtimeService: false }]],
    ['without jobs', [{ ...near, jobTemplate: [] }]],
  ])('is none that is %s', (_, operations) => {
    expect(thumbnailOperation(on, operations)).toBeUndefined();
  });

  test('is none where no URL may run operations', () => {
    expect(thumbnailOperation({ realtimeService: false }, [near])).toBeUndefined();
  });
});

test('a tile tries the thumbnail, then the original; small pictures and made ones are their own thumbnails', () => {
  const file = {
    url: 'http://x/i/a/p.jpg',
    bytes: 1e6,
    createdBy: 'U',
    updatedAt: '2016-02-26T15:57:06+0900',
  } as const;
  const original = 'http://x/i/a/p.jpg?v=2016-02-26T15%3A57%3A06%2B0900';
  expect(thumbnailSources(file, 'near')).toEqual([original.replace('?', '?near&'), original]);
  expect(thumbnailSources(file, undefined)).toEqual([original]);
  expect(thumbnailSources({ ...file, createdBy: 'P' }, 'near')).toEqual([original]);
  expect(thumbnailSources({ ...file, bytes: 900 }, 'near')).toEqual([original]);
});
