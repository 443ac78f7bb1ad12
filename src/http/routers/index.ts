export { createRouterRoutes } from './routes.ts';
