export { type InstanceReporter, startInstanceReporter } from './instance-reporter.ts';
export type { InstanceSpec } from './record.ts';
export { removeInstances } from './remove-instances.ts';
export { Supervisor } from './supervisor.ts';
