import type { Context } from './context.ts';
import type { Call } from './operation.ts';
import { textValues } from './paging.ts';
import { assetsOf } from './store/asset.ts';
import { rowById } from './store/row.ts';
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
  { application, buildId, releaseId, scopeId }: Includable,
): Promise<object> {
  const names = textValues(call, 'include');
  if (!names) return {};
  return await context.parts.storage.read(async (reader) => {
    const found: Record<string, object> = {};
    if (names.includes('application')) found.application = applicationWire(application);
    const release = releaseId === undefined ? undefined : await rowById(reader, 'np_release', releaseId);
    const build = await rowById(reader, 'np_build', buildId ?? release?.build_id ?? 0);
    const scope = scopeId === undefined ? undefined : await rowById(reader, 'np_scope', scopeId);
    const assets = build ? ((await assetsOf(reader, [build.id])).get(build.id) ?? []) : [];
    if (release && names.includes('release')) found.release = releaseWire(release, application, assets);
    if (build && names.includes('build')) found.build = buildWire(build, application, assets);
    if (scope && names.includes('scope')) found.scope = scopeWire(scope, application);
    return found;
  });
}
