import type { Operation } from './operation.ts';

/**
 * Every operation of the original, sorted by its section of the contract (nhn-image-manager 3). Each is served in v2.0
 * and in v3.0; the routes are registered from it and the table in docs/nhn-image-manager.md is generated from it.
 */
export const operations: readonly Operation[] = [
  {
    section: '3.1',
    method: 'POST',
    path: '/folders',
    purpose: 'create a folder',
    body: 'json',
  },
  {
    section: '3.2',
    method: 'GET',
    path: '/folders',
    purpose: 'list or search folders and files',
    body: 'none',
  },
  {
    section: '3.3',
    method: 'GET',
    path: '/properties',
    purpose: 'a folder with its size and counts',
    body: 'none',
  },
  {
    section: '3.4',
    method: 'GET',
    path: '/properties/simple',
    purpose: 'a folder without them',
    body: 'none',
  },
  {
    section: '3.5',
    method: 'PUT',
    path: '/images',
    purpose: 'upload one file',
    body: 'raw',
  },
  {
    section: '3.6',
    method: 'POST',
    path: '/images',
    purpose: 'upload many files and archives',
    body: 'multipart',
  },
  {
    section: '3.7',
    method: 'DELETE',
    path: '/images/sync',
    purpose: 'delete one file or folder now',
    body: 'none',
  },
  {
    section: '3.8',
    method: 'DELETE',
    path: '/images/async',
    purpose: 'delete many, queued',
    body: 'none',
  },
  {
    section: '3.9',
    method: 'PUT',
    path: '/operations/{operationId}',
    purpose: 'create or change an operation',
    body: 'json',
  },
  {
    section: '3.10',
    method: 'GET',
    path: '/operations',
    purpose: 'list operations or templates',
    body: 'none',
  },
  {
    section: '3.11',
    method: 'GET',
    path: '/operations/{operationId}',
    purpose: 'one operation',
    body: 'none',
  },
  {
    section: '3.12',
    method: 'DELETE',
    path: '/operations/{operationId}',
    purpose: 'delete an operation',
    body: 'none',
  },
  {
    section: '3.13',
    method: 'POST',
    path: '/operations-exec',
    purpose: 'run operations on files, queued',
    body: 'json',
  },
  {
    section: '3.14',
    method: 'GET',
    path: '/users',
    purpose: 'the container name and the real-time switch',
    body: 'none',
  },
  {
    section: '3.15',
    method: 'PUT',
    path: '/users',
    purpose: 'change the real-time switch',
    body: 'json',
  },
  {
    section: '3.16',
    method: 'GET',
    path: '/queues/{queueId}',
    purpose: 'one task',
    body: 'none',
  },
];
