import { refusal } from './errors.ts';
import { readBoolean, readLong } from './wire.ts';

/** The body of a run (contract nhn-deploy 3.5, 3.6), with its defaults. */
export interface RunRequest {
  /** Undefined: all servers of the group. */
  readonly targets: readonly string[] | undefined;
  /** 0: all at once. */
  readonly concurrentNum: number;
  readonly nextWhenFail: boolean;
  readonly deployNote: string | null;
  readonly async: boolean;
  /** Undefined when the body names none; v2 needs exactly one for a normal group. */
  readonly scenarioIds: readonly number[] | undefined;
}

const longestNote = 65_535;

/** Reads a body that was parsed as JSON. Null means absent; numbers and booleans may come as text. Throws BAD_REQUEST. */
export function readRunRequest(body: Readonly<Record<string, unknown>>): RunRequest {
  return {
    targets: readTargets(body.targetServerHostnames),
    concurrentNum: readConcurrency(body.concurrentNum),
    nextWhenFail: readFlag(body.nextWhenFail, 'nextWhenFail'),
    deployNote: readNote(body.deployNote),
    async: readFlag(body.async, 'async'),
    scenarioIds: readScenarioIds(body.scenarioIds),
  };
}

function absent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

function bad(field: string, expected: string): Error {
  return refusal('BAD_REQUEST', `${field} should be ${expected}`);
}

function readTargets(value: unknown): string[] | undefined {
  if (absent(value)) return undefined;
  if (typeof value !== 'string')
    throw bad('targetServerHostnames', 'host names in one text, separated by commas');
  const names = value.split(',').map((name) => name.trim());
  const targets = [...new Set(names.filter((name) => name !== ''))];
  return targets.length === 0 ? undefined : targets;
}

function readConcurrency(value: unknown): number {
  if (absent(value)) return 0;
  const number = typeof value === 'string' && /^\s*\d{1,18}(\.0*)?\s*$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0) {
    throw bad('concurrentNum', 'a whole number, 0 or more');
  }
  return number;
}

function readFlag(value: unknown, field: string): boolean {
  if (absent(value)) return false;
  const flag = readBoolean(value);
  if (flag === undefined) throw bad(field, 'true or false');
  return flag;
}

function readNote(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || value.length > longestNote || value.includes('\0')) {
    throw bad('deployNote', `a text of at most ${longestNote} characters without NUL`);
  }
  return value;
}

function readScenarioIds(value: unknown): number[] | undefined {
  if (absent(value)) return undefined;
  const text = typeof value === 'number' && Number.isInteger(value) ? BigInt(value).toString() : value;
  if (typeof text !== 'string') throw bad('scenarioIds', 'ids in one text, separated by commas');
  return text.split(',').map((id) => {
    const read = readLong(id.trim());
    if (read === undefined) throw bad('scenarioIds', 'ids in one text, separated by commas');
    return read;
  });
}
