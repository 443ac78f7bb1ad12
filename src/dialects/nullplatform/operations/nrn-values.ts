import { requireOn } from '../access.ts';
import type { Context } from '../context.ts';
import { badRequest, invalidParameter } from '../errors.ts';
import { accountFor, applicationFor, namespaceFor, scopeFor } from '../lookup.ts';
import { nrnOf, type Place, placeOf } from '../nrn.ts';
import { setValuesAt, type ValueName, valuesAt } from '../nrn-store.ts';
import type { Call, Handler } from '../operation.ts';
import type { Permission } from '../roles.ts';
import { accountPlace, applicationPlace, namespacePlace, scopePlace } from '../wire.ts';
import { inUnit } from '../writing.ts';

const longestValue = 64 * 1024;
/** Of one call. */
const mostNames = 200;

/**
 * `GET /nrn/:nrn?ids=aws.log_group_name,…`: what is kept at an NRN and above it. A namespace that was asked for is there
 * though it is empty: the terraform provider looks into it.
 */
export const readNrnValues: Handler = async (context, call) => {
  const place = await placeAt(context, call, 'nullplatform.read');
  const asked = askedNames(call);
  const values = await context.parts.storage.read((reader) => valuesAt(reader, place));
  const names =
    asked ??
    [...values].flatMap(([namespace, found]) => [...found.keys()].map((name) => ({ namespace, name })));
  const namespaces = new Map<string, Map<string, unknown>>([['global', new Map()]]);
  for (const { namespace, name } of names) {
    const found = namespaces.get(namespace) ?? new Map<string, unknown>();
    namespaces.set(namespace, found);
    const value = values.get(namespace)?.get(name);
    if (value !== undefined) found.set(name, value);
  }
  const shown = [...namespaces].map(([namespace, found]) => [namespace, Object.fromEntries(found)] as const);
  return { nrn: nrnOf(place), namespaces: Object.fromEntries(shown) };
};

/** `PATCH /nrn/:nrn`: flat names, `{ "aws.log_group_name": "x" }`; null takes a value away. */
export const updateNrnValues: Handler = async (context, call) => {
  const fields = Object.entries(call.body());
  const place = await placeAt(context, call, 'nullplatform.scope.write');
  if (fields.length > mostNames) throw badRequest(`At most ${mostNames} values in one call`);
  const values = fields.map(([key, value]) => {
    const name = valueName(key);
    if (!name || JSON.stringify(value).length > longestValue) throw invalidParameter(key.slice(0, 100));
    return { ...name, value };
  });
  await inUnit(context, call, (writing) => setValuesAt(writing, place, values));
  return call.wantsEntity ? await readNrnValues(context, call) : undefined;
};

/** The place that the path names, as it really stands; throws like the reading of the entity itself. */
async function placeAt(context: Context, call: Call, permission: Permission): Promise<Place> {
  const { nrn = '' } = call.path;
  const place = placeOf(nrn);
  if (!place || nrnOf(place) !== nrn) throw badRequest('Invalid nrn');
  const real = await realPlace(context, call, permission, place);
  if (nrnOf(real) !== nrn) throw badRequest('Invalid nrn');
  return real;
}

async function realPlace(
  context: Context,
  call: Call,
  permission: Permission,
  { organization, account, namespace, application, scope }: Place,
): Promise<Place> {
  if (scope !== undefined) {
    const located = await scopeFor(context, call, permission, scope);
    return scopePlace(located.application, located.scope);
  }
  if (application !== undefined) {
    return applicationPlace(await applicationFor(context, call, permission, application));
  }
  const wide = permission === 'nullplatform.read' ? permission : 'nullplatform.hierarchy.write';
  if (namespace !== undefined) return namespacePlace(await namespaceFor(context, call, wide, namespace));
  if (account !== undefined) return accountPlace(await accountFor(context, call, wide, account));
  await requireOn(context, call.caller, wide, { organization });
  return { organization };
}

/** Undefined for what is no name, patterns included: the original refuses those, too. */
function valueName(text: string): ValueName | undefined {
  const [, namespace, name] = /^([A-Za-z][\w-]{0,99})\.([\w][\w.-]{0,199})$/.exec(text.trim()) ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** The terraform provider asks by the tags of its own fields, with the word `omitempty` between the names. */
function askedNames({ query }: Pick<Call, 'query'>): ValueName[] | undefined {
  if (!query.ids) return undefined;
  const asked = query.ids.split(',').filter((name) => name.trim() !== 'omitempty');
  const names = asked.map(valueName);
  if (names.length > mostNames || names.includes(undefined)) throw invalidParameter('ids');
  return names.filter((name) => name !== undefined);
}
