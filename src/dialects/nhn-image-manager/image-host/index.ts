export { imageOwner } from './owner.ts';
export { imageRoutes } from './routes.ts';
