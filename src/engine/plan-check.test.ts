import { describe, expect, it } from 'vitest';
import { script, serverStep } from '../../test/harness/engine.ts';
import type { Plan } from './index.ts';
import { checkPlan } from './plan-check.ts';

const good = { name: 'a', hosts: ['s1'], steps: [script('one')] };

const mistakes: [what: string, plan: unknown, path: string][] = [
  ['no stage at all', { stages: [] }, 'stages'],
  ['a step of no kind', { stages: [{ ...good, steps: [{ where: 'agent', kind: 'x' }] }] }, 'stages/0'],
  ['no steps', { stages: [{ name: 'a', hosts: ['s1'] }] }, 'stages/0/steps'],
  ['two stages of one name', { stages: [good, good] }, 'stages/1/name'],
  ['a host that stands twice', { stages: [{ ...good, hosts: ['s1', 's1'] }] }, 'stages/0/hosts/1'],
  [
    'steps for another host only, for one that is called like a part of every object',
    { stages: [{ name: 'a', hosts: ['s1', 'constructor'], stepsByHost: { s1: [script('x')] } }] },
    'stages/0/steps',
  ],
  ['a host with a slash', { stages: [{ ...good, hosts: ['a/b'] }] }, 'stages/0/hosts/0'],
  ['an agent step without hosts', { stages: [{ name: 'a', steps: [script('x')] }] }, 'stages/0/steps/0'],
  [
    'steps for a host that is not listed',
    { stages: [{ ...good, stepsByHost: { s2: [script('x')] } }] },
    'stages/0/stepsByHost/s2',
  ],
  [
    'a deferred stage with steps',
    { stages: [{ ...good, deferred: { expand: 'x', input: 1 } }] },
    'stages/0/deferred',
  ],
  [
    'a final compensation',
    { stages: [good, { ...good, name: 'b', final: true, compensation: true }] },
    'stages/1/final',
  ],
  ['compensations only', { stages: [{ ...good, compensation: true }] }, 'stages'],
  [
    'a choice without hosts',
    { stages: [{ name: 'a', select: 'one', steps: [serverStep('x')] }] },
    'stages/0/select',
  ],
  ['a lock twice', { locks: [{ name: 'x' }, { name: 'x' }], stages: [good] }, 'locks/1'],
];

describe('a plan', () => {
  it.each(mistakes)('with %s is refused with the path of the mistake', (_what, plan, path) => {
    expect(() => checkPlan(plan as Plan)).toThrowError(expect.objectContaining({ code: 'invalid' }));
    try {
      checkPlan(plan as Plan);
    } catch (error) {
      expect((error as { path: string }).path).toContain(path);
    }
  });

  it('that keeps the rules is accepted', () => {
    expect(() =>
      checkPlan({ stages: [good, { name: 'b', steps: [serverStep('x')], final: true }] }),
    ).not.toThrow();
  });
});
