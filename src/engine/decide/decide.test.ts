import { describe, expect, it } from 'vitest';
import { Model } from '../../../test/harness/decide-model.ts';
import type { StageRules, StepRules } from './index.ts';

const agent: StepRules = { where: 'agent', ignoresFailure: false };
const failed = { state: 'failed', reason: 'exit-code', reasonText: null } as const;
const succeeded = { state: 'succeeded', reason: null, reasonText: null } as const;

function rules(more: Partial<StageRules> = {}): StageRules {
  return {
    select: 'all',
    concurrency: 1,
    onFailure: 'stop',
    whenDown: 'fail',
    timeoutSeconds: null,
    final: false,
    compensation: false,
    deferred: false,
    onServerLoss: 'resume',
    ...more,
  };
}

/** Three stages: an ordinary one of two hosts, a last one, and a compensation; the first host's run is leased. */
function begun(first: Partial<StageRules> = {}, last: Partial<StageRules> = {}): Model {
  const stages = [rules(first), rules(last), rules({ compensation: true })];
  const model = new Model(
    { stages, onServerLossWhileQueued: 'resume' },
    [2, 1, 1],
    [[agent], [agent], [agent]],
  );
  model.feed({ kind: 'locks-granted' });
  model.feed({ kind: 'leased' }, model.in('offered')[0]);
  return model;
}

function end(model: Model, outcome: typeof failed | typeof succeeded, index = 0): void {
  const [run] = model.in('leased');
  model.feed({ kind: 'step-ended', index, outcome }, run);
  model.feed({ kind: 'lease-ended' }, run);
}

function picture(model: Model): string {
  const runs = model.hostRuns.map((run) => (run.core.phase === 'ended' ? run.core.state : run.core.phase));
  return `${model.rollout.state} ${model.rollout.stage}: ${runs.join(' ')}`;
}

type Act = (model: Model) => void;
const fail: Act = (model) => end(model, failed);
const succeed: Act = (model) => end(model, succeeded);
const lease: Act = (model) => model.feed({ kind: 'leased' }, model.in('offered')[0]);
const cancel: Act = (model) => model.feed({ kind: 'cancel-asked', by: 'dev' });
const breakLock: Act = (model) => model.feed({ kind: 'lock-broken' });
const loseServer: Act = (model) => model.feed({ kind: 'server-lost' });
const giveBack: Act = (model) => model.feed({ kind: 'lease-returned' }, model.in('leased')[0]);
const start: Act = (model) => model.feed({ kind: 'step-started', index: 0 }, model.in('leased')[0]);
const loseHost: Act = (model) => model.feed({ kind: 'host-down' }, model.in('offered')[0]);
const lose: Act = (model) => model.feed({ kind: 'lost', text: 'gone' }, model.in('leased')[0]);

const scenes: [what: string, Model, Act[], result: string][] = [
  ['a success lets the next host in', begun(), [succeed], 'running 0: succeeded offered queued queued'],
  [
    'the last success opens the next stage',
    begun(),
    [succeed, lease, succeed],
    'running 1: succeeded succeeded offered queued',
  ],
  [
    'what an agent gives back is offered again',
    begun(),
    [start, giveBack],
    'running 0: offered queued queued queued',
  ],
  [
    'and goes on where it was',
    begun(),
    [start, giveBack, lease, start, succeed],
    'running 0: succeeded offered queued queued',
  ],
  [
    'what is given back again and again is interrupted after the third time',
    begun(),
    [giveBack, lease, giveBack, lease, giveBack, lease, giveBack],
    'failing 2: failed cancelled cancelled offered',
  ],
  [
    'what was given back ends with its cancel as soon as somebody asks for it',
    begun(),
    [start, giveBack, cancel, lease],
    'cancelling 2: cancelled cancelled cancelled offered',
  ],
  [
    'what was given back fails with its host',
    begun(),
    [start, giveBack, loseHost],
    'failing 2: failed cancelled cancelled offered',
  ],
  [
    'a failure stops, passes over and compensates',
    begun(),
    [fail],
    'failing 2: failed cancelled cancelled offered',
  ],
  [
    'a failure is heard by nobody where the stage continues',
    begun({ onFailure: 'continue' }),
    [fail],
    'running 0: failed offered queued queued',
  ],
  [
    'a continued stage that failed opens no next one',
    begun({ onFailure: 'continue' }),
    [fail, lease, succeed],
    'failing 2: failed succeeded cancelled offered',
  ],
  ['a lost run is a failed one', begun(), [lose], 'failing 2: lost cancelled cancelled offered'],
  [
    'an abort asks the running ones and waits for them',
    begun({ onFailure: 'abort', concurrency: 2 }),
    [lease, fail],
    'failing 0: failed leased queued queued',
  ],
  ['a cancel waits for the running one', begun(), [cancel], 'cancelling 0: leased cancelled queued queued'],
  [
    'after a cancel compensation runs',
    begun(),
    [cancel, fail],
    'cancelling 2: failed cancelled cancelled offered',
  ],
  [
    'a compensation hears no cancel',
    begun(),
    [fail, cancel],
    'failing 2: failed cancelled cancelled offered',
  ],
  [
    'a final stage hears no cancel',
    begun({ final: true }),
    [cancel],
    'running 0: leased queued queued queued',
  ],
  [
    'a final stage that failed is not compensated',
    begun({ final: true }),
    [fail],
    'failed 3: failed cancelled cancelled skipped',
  ],
  [
    'a broken lock keeps out of a final stage',
    begun({}, { final: true }),
    [breakLock, succeed, lease, succeed],
    'failing 2: succeeded succeeded cancelled offered',
  ],
  [
    'a lost server changes nothing by default',
    begun(),
    [loseServer],
    'running 0: leased queued queued queued',
  ],
  [
    'a lost server fails where the stage says so',
    begun({ onServerLoss: 'fail' }),
    [loseServer],
    'failing 0: leased cancelled queued queued',
  ],
  [
    'a lost server cancels where the stage says so',
    begun({ onServerLoss: 'cancel' }),
    [loseServer],
    'cancelling 0: leased cancelled queued queued',
  ],
];

/** Two hosts at once; the first stands between its two segments: its server step is through, the next is offered. */
function betweenSegments(onFailure: StageRules['onFailure']): Model {
  const server: StepRules = { where: 'server', ignoresFailure: false };
  const model = new Model(
    { stages: [rules({ onFailure, concurrency: 2 })], onServerLossWhileQueued: 'resume' },
    [2],
    [[agent, server, agent]],
  );
  model.feed({ kind: 'locks-granted' });
  lease(model);
  lease(model);
  succeed(model);
  model.feed({ kind: 'step-ended', index: 1, outcome: succeeded }, model.in('server')[0]);
  return model;
}

const segments: [what: string, StageRules['onFailure'], Act[], result: string][] = [
  [
    'a failure starts nobody new and lets the one that has begun go on',
    'stop',
    [fail],
    'failing 0: offered failed',
  ],
  [
    'which may end well',
    'stop',
    [fail, lease, (model) => end(model, succeeded, 2)],
    'failed 1: succeeded failed',
  ],
  ['an abort ends it when it is asked for', 'abort', [fail, lease], 'failed 1: cancelled failed'],
  ['so does a cancel', 'stop', [cancel, lease, fail], 'cancelled 1: cancelled failed'],
  [
    'or when its host is down',
    'stop',
    [cancel, (model) => model.feed({ kind: 'host-down' }, model.in('offered')[0]), fail],
    'cancelled 1: cancelled failed',
  ],
];

describe('decide', () => {
  it.each(segments)('between two segments, %s', (_what, onFailure, acts, result) => {
    const model = betweenSegments(onFailure);
    for (const act of acts) act(model);
    expect(picture(model)).toBe(result);
  });

  it('hears an agent only of its own steps, the server only of the server’s', () => {
    const model = betweenSegments('stop');
    const [run] = model.in('leased');
    model.feed({ kind: 'step-ended', index: 0, outcome: succeeded }, run);
    model.feed({ kind: 'step-started', index: 1 }, run);
    expect(model.commands.at(-1)).toMatchObject({ do: 'record-step', index: 0 });
  });

  it.each(scenes)('%s', (_what, model, acts, result) => {
    for (const act of acts) act(model);
    expect(picture(model)).toBe(result);
  });
});
