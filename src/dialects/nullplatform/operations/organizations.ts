import { requireOn } from '../access.ts';
import { notFound } from '../errors.ts';
import { pathId } from '../input.ts';
import type { Handler } from '../operation.ts';
import { rowById } from '../store/row.ts';
import { organizationWire } from '../wire.ts';

/** `GET /organization/:id` */
export const readOrganization: Handler = async (context, call) => {
  const id = pathId(call);
  const row = await context.parts.storage.read((reader) => rowById(reader, 'np_organization', id));
  if (!row) throw notFound('Organization');
  await requireOn(context, call.caller, 'nullplatform.read', { organization: row.id });
  return organizationWire(row);
};
