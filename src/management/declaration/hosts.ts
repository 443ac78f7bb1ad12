import Type, { type Static } from 'typebox';
import type { HostDirectory } from '../../engine/index.ts';
import { hostName, labels } from '../shapes/host.ts';
import type { DeclarationSection } from './section.ts';

const hostShape = Type.Object(
  { name: hostName, labels: Type.Optional(labels) },
  { additionalProperties: false },
);

/** `hosts`: by name; they need not have joined. Labels are merged, so that an agent's own stay. */
export function hostsSection(hosts: HostDirectory): DeclarationSection {
  return {
    key: 'hosts',
    order: 2,
    schema: Type.Array(hostShape, { maxItems: 100_000 }),
    async reconcile(unit, value, report) {
      for (const declared of value as Static<typeof hostShape>[]) {
        const path = `hosts/${declared.name}`;
        const existing = await hosts.find(declared.name, unit);
        const different = Object.entries(declared.labels ?? {}).filter(
          ([key, to]) => existing?.labels[key] !== to,
        );
        if (!existing || different.length > 0) await hosts.declare(unit, declared);
        if (!existing) report.change({ action: 'create', path });
        else if (different.length > 0) {
          const fields = different.map(([key, to]) => [
            `labels.${key}`,
            { from: existing.labels[key] ?? null, to },
          ]);
          report.change({ action: 'update', path, fields: Object.fromEntries(fields) });
        }
        await report.made(`host:${declared.name}`, path);
      }
      for (const { key, path } of await report.pruned()) {
        if (await hosts.remove(unit, key.slice('host:'.length))) report.change({ action: 'remove', path });
      }
    },
  };
}
