export type { AgentGateway } from './agent-gateway.ts';
export { createEngine } from './create-engine.ts';
export type * from './engine.ts';
export type { Host, HostDirectory, HostEvent } from './host-directory.ts';
export { instanceMigrations } from './instance-migrations.ts';
export type {
  Instance,
  InstanceChange,
  InstanceDirectory,
  InstanceLine,
  InstanceLineRange,
  InstanceState,
  InstanceTrouble,
  InstanceUsage,
  Pool,
} from './instances/index.ts';
export { engineMigrations } from './migrations.ts';
export type { EngineParts, EngineTiming } from './parts.ts';
export * from './plan.ts';
export type { RouterGateway } from './router-gateway.ts';
export {
  type Route,
  type RouteDirectory,
  type RouteMeasure,
  type Router,
  type RouterReached,
  type RouteSetInput,
  type RouteTarget,
  routeSetKind,
} from './routes/index.ts';
export * from './states.ts';
export type { AgentStep, AgentStepKind, HealthCheck, ServiceAsset, ServiceStartStep } from './steps/index.ts';
