export type { AgentGateway } from './agent-gateway.ts';
export { createEngine } from './create-engine.ts';
export type * from './engine.ts';
export type { Host, HostDirectory, HostEvent } from './host-directory.ts';
export { engineMigrations } from './migrations.ts';
export type { EngineParts, EngineTiming } from './parts.ts';
export * from './plan.ts';
export * from './states.ts';
export type { AgentStep, AgentStepKind } from './steps/index.ts';
