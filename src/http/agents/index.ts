export { createAgentRoutes } from './routes.ts';
