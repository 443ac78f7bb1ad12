import { Value } from 'typebox/value';
import { refusal } from './errors.ts';
import { scenarioInput } from './scenario-input.ts';
import { type ScenarioUpdate, scenarioAsInput } from './scenarios.ts';
import type { Scenario } from './store/scenario.ts';

/** A scenario as operation O shows it; `seq` is the original's word for its id (contract nhn-deploy 3.10). */
export function scenarioOnWire(scenario: Scenario) {
  const { id, name, description, content } = scenario;
  return { seq: id, name, description, ...scenarioAsInput(content) };
}

/** The scenario that a body replaces the one with this id by; null means absent. Throws BAD_REQUEST. */
export function readScenarioBody(id: number, body: Readonly<Record<string, unknown>>): ScenarioUpdate {
  const { seq, name, description, preRun, tasks } = withoutNulls(body) as Record<string, unknown>;
  if (seq !== undefined && String(seq) !== String(id)) {
    throw refusal('BAD_REQUEST', `seq should be ${id}, the id in the path`);
  }
  if (name !== undefined && typeof name !== 'string') throw refusal('BAD_REQUEST', 'name should be a text');
  if (description !== undefined && typeof description !== 'string') {
    throw refusal('BAD_REQUEST', 'description should be a text');
  }
  const content = { ...(preRun === undefined ? {} : { preRun }), ...(tasks === undefined ? {} : { tasks }) };
  if (!Value.Check(scenarioInput, content))
    throw refusal('BAD_REQUEST', 'preRun and tasks should be lists of tasks');
  return { name, description, ...content };
}

/** Nesting is read this deep; what lies deeper belongs to no task. */
const deepest = 8;

function withoutNulls(value: unknown, depth = 0): unknown {
  if (depth > deepest || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, depth + 1));
  const entries = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(entries.map(([name, field]) => [name, withoutNulls(field, depth + 1)]));
}
