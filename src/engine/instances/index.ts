export type * from './instance.ts';
export { Instances } from './instances.ts';
export { InstanceLines, linesFolder } from './lines.ts';
export { dropPlanned, insertPlanned, type PlannedInstance, plannedOn, planningMistake } from './planned.ts';
export { retainInstances } from './retention.ts';
export { instancesOfHost } from './rows.ts';
export type { InstanceTable, InstanceTables } from './tables.ts';
export { UsageBook } from './usage.ts';
