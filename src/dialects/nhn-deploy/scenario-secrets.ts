import { createHash, randomBytes } from 'node:crypto';
import { CoreError } from '../../errors/index.ts';
import type { Unit } from '../../storage/index.ts';
import type { WorkKind } from '../../work/index.ts';
import type { Actor } from './actor.ts';
import type { Context } from './context.ts';
import { type Artifact, artifactResource } from './store/artifact.ts';
import { scenarioRuns } from './store/deployment.ts';
import { type Scenario, scenarioSecrets } from './store/scenario.ts';
import type { NhnTables } from './store.ts';

/** The work that removes replaced values once no deployment of their scenario runs. */
export const retireSecretsKind = 'nhn-deploy.retire-secrets';

const longestSecret = 65_536;

/** How secret variables are named: `$${secret.<name>}`. */
export const secretName = '^[A-Za-z_][A-Za-z0-9_]{0,49}$';

/**
 * Gives the scenario these secret variables: a text sets one, null removes it, absent ones stay. A running deployment
 * keeps the values that it started with. Returns the names that changed. Throws `invalid`.
 */
export async function changeSecrets(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  scenario: Scenario,
  values: Readonly<Record<string, string | null>>,
): Promise<string[]> {
  const stored = new Map((await scenarioSecrets(unit, scenario.id)).map((secret) => [secret.name, secret]));
  const changed: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    checkSecret(name, value);
    const before = stored.get(name);
    if (value === null ? !before : before && isValueOf(before.fingerprint, value)) continue;
    changed.push(name);
    if (before) await retire(unit, scenario.id, name, before.secretId);
    if (value !== null) await insert(context, unit, scenario.id, name, value);
  }
  if (changed.length > 0) {
    await context.parts.ledger.record(unit, actor, {
      action: 'scenario.secrets',
      resource: artifactResource(artifact.project_id, artifact.id),
      subject: `${artifact.name}/${scenario.name} (scenario ${scenario.id})`,
      detail: { names: changed.join(',') },
    });
  }
  return changed;
}

/** Takes all secrets of a scenario away, with the scenario. */
export async function removeSecrets(unit: Unit, scenarioId: number): Promise<void> {
  for (const { name, secretId } of await scenarioSecrets(unit, scenarioId))
    await retire(unit, scenarioId, name, secretId);
}

/** Removes the values that no running deployment needs. */
export function retireSecretsWork(context: Context): WorkKind {
  const { secrets, storage } = context.parts;
  return {
    kind: retireSecretsKind,
    concurrency: 1,
    tries: 3,
    async run() {
      await storage.write(async (unit) => {
        const tables = unit.tables<NhnTables>();
        for (const retired of await tables.selectFrom('nhn_retired_secret').selectAll().execute()) {
          if (await scenarioRuns(unit, retired.scenario_id)) continue;
          await secrets.remove(unit, retired.secret_id);
          await tables.deleteFrom('nhn_retired_secret').where('secret_id', '=', retired.secret_id).execute();
        }
      });
    },
  };
}

function checkSecret(name: string, value: string | null): void {
  if (!new RegExp(secretName).test(name)) {
    throw new CoreError(
      'invalid',
      `${JSON.stringify(name.slice(0, 100))} is no name of a secret: letters, digits and _, at most 50`,
      {
        path: 'secrets',
      },
    );
  }
  if (value !== null && (value === '' || value.length > longestSecret || value.includes('\0'))) {
    throw new CoreError(
      'invalid',
      `the secret ${name} should have 1 to ${longestSecret} characters, without NUL`,
      {
        path: `secrets/${name}`,
      },
    );
  }
}

async function insert(
  context: Context,
  unit: Unit,
  scenarioId: number,
  name: string,
  value: string,
): Promise<void> {
  const secretId = await context.parts.secrets.store(unit, value);
  await unit
    .tables<NhnTables>()
    .insertInto('nhn_scenario_secret')
    .values({ scenario_id: scenarioId, name, secret_id: secretId, fingerprint: fingerprint(value) })
    .execute();
}

async function retire(unit: Unit, scenarioId: number, name: string, secretId: number): Promise<void> {
  const tables = unit.tables<NhnTables>();
  await tables
    .deleteFrom('nhn_scenario_secret')
    .where('scenario_id', '=', scenarioId)
    .where('name', '=', name)
    .execute();
  await tables
    .insertInto('nhn_retired_secret')
    .values({ secret_id: secretId, scenario_id: scenarioId })
    .execute();
}

// Salted, so that equal secrets do not show as equal; the value itself lies in the vault, out of a unit's reach.
function fingerprint(value: string, salt = randomBytes(16).toString('hex')): string {
  return `${salt}:${createHash('sha256').update(salt).update(value).digest('hex')}`;
}

function isValueOf(stored: string, value: string): boolean {
  return fingerprint(value, stored.split(':')[0]) === stored;
}
