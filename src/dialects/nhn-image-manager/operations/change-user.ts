import { wireActor } from '../actor.ts';
import { refusal } from '../errors.ts';
import { booleanField } from '../fields.ts';
import type { Handler } from '../operation.ts';
import { updateService } from '../services.ts';
import { serviceById } from '../store/service.ts';

/** Switches real time for the whole service (contract nhn-image-manager 3.15). */
export const changeUser: Handler = async (context, call) => {
  const realtime = booleanField(call.json, 'realtimeService');
  if (realtime === undefined) throw refusal('MISSING_VALUE', 'realtimeService');
  await context.parts.storage.write(async (unit) => {
    // As it is now: a key that was regenerated since the call was admitted must not come back.
    const service = await serviceById(unit, call.service.id);
    if (service) await updateService(context, unit, wireActor(call), service, { realtime });
  });
  return {};
};
