import type { Context } from './context.ts';
import type { Call } from './operation.ts';
import { textValues } from './paging.ts';
import { scopeAddress } from './scope-address.ts';
import { assetsOf } from './store/asset.ts';
import { rowsById } from './store/row.ts';
import { type Application, applicationWire, buildWire, releaseWire, scopeWire } from './wire.ts';

/** What of an entity may be shown with it: its application, and the ids of what it refers to. */
export interface Includable {
  readonly application: Application;
  readonly buildId?: number;
  readonly releaseId?: number;
  readonly scopeId?: number;
}

/** The related entities that `include=application,build,…` asks for, nested under their names; others are left out (contract nullplatform 3.0). */
export async function included(
  context: Context,
  call: Pick<Call, 'query'>,
  entity: Includable,
): Promise<object> {
  const [found = {}] = await includedInAll(context, call, [entity]);
  return found;
}

/** The same for a page of a list, in its order; the number of queries does not grow with it. */
export async function includedInAll(
  context: Context,
  call: Pick<Call, 'query'>,
  entities: readonly Includable[],
): Promise<object[]> {
  const names = textValues(call, 'include');
  if (!names) return entities.map(() => ({}));
  return await context.parts.storage.read(async (reader) => {
    const releases = await rowsById(
      reader,
      'np_release',
      entities.map(({ releaseId }) => releaseId ?? null),
    );
    const buildIdOf = ({ buildId, releaseId }: Includable) =>
      buildId ?? releases.get(releaseId ?? 0)?.build_id ?? null;
    const builds = await rowsById(reader, 'np_build', entities.map(buildIdOf));
    const scopes = await rowsById(
      reader,
      'np_scope',
      entities.map(({ scopeId }) => scopeId ?? null),
    );
    const assets = await assetsOf(reader, [...builds.keys()]);
    return entities.map((entity) => {
      const { application, releaseId, scopeId } = entity;
      const release = releases.get(releaseId ?? 0);
      const build = builds.get(buildIdOf(entity) ?? 0);
      const scope = scopes.get(scopeId ?? 0);
      const own = assets.get(build?.id ?? 0) ?? [];
      return {
        ...(names.includes('application') ? { application: applicationWire(application) } : {}),
        ...(release && names.includes('release') ? { release: releaseWire(release, application, own) } : {}),
        ...(build && names.includes('build') ? { build: buildWire(build, application, own) } : {}),
        ...(scope && names.includes('scope')
          ? { scope: scopeWire(scope, application, scopeAddress(context.parts.settings, scope)) }
          : {}),
      };
    });
  });
}
