import { buildCommand } from '@stricli/core';
import type { Plan } from '../../../engine/index.ts';
import type { CliContext } from '../../context.ts';
import { printJson } from '../../output.ts';
import { describePlan } from '../../plan-text.ts';
import { findScenario } from '../../scenario-address.ts';
import { cell } from '../../table.ts';
import { runBody, type ScenarioFlags, scenarioArguments, scenarioFlags } from './scenario-flags.ts';

interface Answer {
  readonly plan: Plan;
  readonly binaries: readonly { readonly key: number; readonly name: string; readonly version: string }[];
}

/** `slipway rollout plan demo/shop-api release`. */
export const planCommand = buildCommand<ScenarioFlags, [string, string], CliContext>({
  docs: { brief: 'Show what running a scenario of nhn-deploy would do, without running it' },
  parameters: { positional: scenarioArguments, flags: scenarioFlags, aliases: { o: 'output' } },
  async func(flags, artifact, scenario) {
    const api = this.api();
    const { group } = flags;
    const address = await findScenario(api, {
      artifact,
      scenario,
      ...(group === undefined ? {} : { group }),
    });
    const answer = await api.call<Answer>('POST', `${address.path}/plan`, runBody(flags, address));
    if (flags.output === 'json') return printJson(this, answer);
    const binaries = answer.binaries.map(
      ({ name, version, key }) => `${cell(name)} ${cell(version)} (${key})`,
    );
    if (binaries.length > 0) this.process.stdout.write(`Binaries: ${binaries.join(', ')}\n`);
    this.process.stdout.write(`${describePlan(answer.plan)}\n`);
  },
});
