import type { Operation } from './operation.ts';
import { changeUser } from './operations/change-user.ts';
import { createFolder } from './operations/create-folder.ts';
import { deleteLater } from './operations/delete-later.ts';
import { deleteNow } from './operations/delete-now.ts';
import { deleteRecipeOperation } from './operations/delete-recipe.ts';
import { listFolder } from './operations/list-folder.ts';
import { listRecipesOperation } from './operations/list-recipes.ts';
import { putRecipeOperation } from './operations/put-recipe.ts';
import { runRecipes } from './operations/run-recipes.ts';
import { showProperties, showSimpleProperties } from './operations/show-properties.ts';
import { showQueue } from './operations/show-queue.ts';
import { showRecipe } from './operations/show-recipe.ts';
import { showUser } from './operations/show-user.ts';
import { uploadImage } from './operations/upload-image.ts';
import { uploadImages } from './operations/upload-images.ts';

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
    handle: createFolder,
  },
  {
    section: '3.2',
    method: 'GET',
    path: '/folders',
    purpose: 'list or search folders and files',
    body: 'none',
    handle: listFolder,
  },
  {
    section: '3.3',
    method: 'GET',
    path: '/properties',
    purpose: 'a folder with its size and counts',
    body: 'none',
    handle: showProperties,
  },
  {
    section: '3.4',
    method: 'GET',
    path: '/properties/simple',
    purpose: 'a folder without them',
    body: 'none',
    handle: showSimpleProperties,
  },
  {
    section: '3.5',
    method: 'PUT',
    path: '/images',
    purpose: 'upload one file',
    body: 'raw',
    handle: uploadImage,
  },
  {
    section: '3.6',
    method: 'POST',
    path: '/images',
    purpose: 'upload many files and archives',
    body: 'multipart',
    handle: uploadImages,
  },
  {
    section: '3.7',
    method: 'DELETE',
    path: '/images/sync',
    purpose: 'delete one file or folder now',
    body: 'none',
    handle: deleteNow,
  },
  {
    section: '3.8',
    method: 'DELETE',
    path: '/images/async',
    purpose: 'delete many, queued',
    body: 'none',
    handle: deleteLater,
  },
  {
    section: '3.9',
    method: 'PUT',
    path: '/operations/{operationId}',
    purpose: 'create or change an operation',
    body: 'json',
    handle: putRecipeOperation,
  },
  {
    section: '3.10',
    method: 'GET',
    path: '/operations',
    purpose: 'list operations or templates',
    body: 'none',
    handle: listRecipesOperation,
  },
  {
    section: '3.11',
    method: 'GET',
    path: '/operations/{operationId}',
    purpose: 'one operation',
    body: 'none',
    handle: showRecipe,
  },
  {
    section: '3.12',
    method: 'DELETE',
    path: '/operations/{operationId}',
    purpose: 'delete an operation',
    body: 'none',
    handle: deleteRecipeOperation,
  },
  {
    section: '3.13',
    method: 'POST',
    path: '/operations-exec',
    purpose: 'run operations on files, queued',
    body: 'json',
    handle: runRecipes,
  },
  {
    section: '3.14',
    method: 'GET',
    path: '/users',
    purpose: 'the container name and the real-time switch',
    body: 'none',
    handle: showUser,
  },
  {
    section: '3.15',
    method: 'PUT',
    path: '/users',
    purpose: 'change the real-time switch',
    body: 'json',
    handle: changeUser,
  },
  {
    section: '3.16',
    method: 'GET',
    path: '/queues/{queueId}',
    purpose: 'one task',
    body: 'none',
    handle: showQueue,
  },
];
