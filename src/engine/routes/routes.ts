import { CoreError } from '../../errors/index.ts';
import type { Reader, Storage, Unit } from '../../storage/index.ts';
import { rowChunks } from '../row-chunks.ts';
import type { Route, RouteTarget } from './route.ts';
import type { RouteTables } from './tables.ts';
import { targetsOf } from './target-rows.ts';
import { checkTargets, sameTargets } from './targets.ts';
import { nextVersion } from './versions.ts';

/** The rows of routes: what is written here is what every router has to follow. */
export class Routes {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async put(unit: Unit, route: Route): Promise<number> {
    const { host, dialect, targets, whenEmpty } = route;
    checkHost(host);
    checkTargets(targets);
    const known = await this.#row(unit, host);
    if (known && known.removed === 0 && known.dialect !== dialect) {
      throw new CoreError('conflict', `The host name ${host} belongs to ${known.dialect} already.`);
    }
    const version = await nextVersion(unit);
    const row = { dialect, when_empty: whenEmpty, version, removed: 0 };
    await unit
      .tables<RouteTables>()
      .insertInto('route')
      .values({ host, ...row })
      .onConflict((conflict) => conflict.column('host').doUpdateSet(row))
      .execute();
    await this.#replaceTargets(unit, host, targets);
    return version;
  }

  async setTargets(unit: Unit, host: string, targets: readonly RouteTarget[]): Promise<number> {
    checkTargets(targets);
    const row = await this.#row(unit, host);
    if (!row || row.removed === 1) throw new CoreError('not-found', `There is no route for ${host}.`);
    // Set again by a step that was interrupted: the routers have nothing new to apply.
    if (sameTargets((await targetsOf(unit, [host])).get(host) ?? [], targets)) return row.version;
    const version = await nextVersion(unit);
    await unit.tables<RouteTables>().updateTable('route').set({ version }).where('host', '=', host).execute();
    await this.#replaceTargets(unit, host, targets);
    return version;
  }

  async remove(unit: Unit, host: string): Promise<void> {
    const row = await this.#row(unit, host);
    if (!row || row.removed === 1) return;
    const version = await nextVersion(unit);
    await unit
      .tables<RouteTables>()
      .updateTable('route')
      .set({ version, removed: 1 })
      .where('host', '=', host)
      .execute();
    await this.#replaceTargets(unit, host, []);
  }

  async find(host: string, within?: Unit): Promise<Route | undefined> {
    const find = async (reader: Reader | Unit) => {
      const row = await this.#row(reader, host);
      if (!row || row.removed === 1) return undefined;
      return routeOf(row, await targetsOf(reader, [host]));
    };
    return within ? find(within) : this.#storage.read(find);
  }

  list(): Promise<Route[]> {
    return this.#storage.read(async (reader) => {
      const rows = await reader
        .tables<RouteTables>()
        .selectFrom('route')
        .selectAll()
        .where('removed', '=', 0)
        .orderBy('host')
        .execute();
      const targets = await targetsOf(
        reader,
        rows.map((row) => row.host),
      );
      return rows.map((row) => routeOf(row, targets));
    });
  }

  #row(reader: Reader | Unit, host: string) {
    return reader
      .tables<RouteTables>()
      .selectFrom('route')
      .selectAll()
      .where('host', '=', host)
      .executeTakeFirst();
  }

  async #replaceTargets(unit: Unit, host: string, targets: readonly RouteTarget[]): Promise<void> {
    const tables = unit.tables<RouteTables>();
    await tables.deleteFrom('route_target').where('host', '=', host).execute();
    const rows = targets.map(({ pool, weight }, position) => ({ host, pool, weight, position }));
    for (const chunk of rowChunks(rows)) await tables.insertInto('route_target').values(chunk).execute();
  }
}

function routeOf(
  row: { host: string; dialect: string; when_empty: string },
  targets: ReadonlyMap<string, readonly RouteTarget[]>,
): Route {
  const { host, dialect, when_empty: whenEmpty } = row;
  return { host, dialect, whenEmpty, targets: targets.get(host) ?? [] };
}

function checkHost(host: string): void {
  if (/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(host)) return;
  throw new CoreError(
    'invalid',
    `${host} is not the host name of a route: letters in lower case, digits, dots and hyphens, without a port.`,
    { path: 'host' },
  );
}
