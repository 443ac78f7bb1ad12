export { decide, mayCancel } from './decide.ts';
export { planRules, stepRules } from './plan-rules.ts';
export type * from './situation.ts';
