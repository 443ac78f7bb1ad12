import type { Storage, Unit } from '../../storage/index.ts';

const channel = 'nhn-image-manager.service';

/** Tells every replica, after the commit, that a service or one of its operations is another than before. */
export function announceService(unit: Unit, serviceId: number): void {
  unit.notify(channel, String(serviceId));
}

/** Calls `listener` for every service that changed, and with undefined when some changes may have been missed. */
export function onServiceChange(
  storage: Pick<Storage, 'listen'>,
  listener: (serviceId: number | undefined) => void,
): () => void {
  return storage.listen(channel, (payload) => listener(payload === undefined ? undefined : Number(payload)));
}
