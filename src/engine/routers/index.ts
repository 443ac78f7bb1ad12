export { Routers } from './gateway.ts';
export { LiveRouters } from './live-routers.ts';
export { RouterProgress } from './progress.ts';
export { createRouteDirectory } from './route-directory.ts';
export { routeSetHandler } from './route-set.ts';
