import Type, { type Static } from 'typebox';
import type { Identity } from '../../identity/index.ts';
import type { DeclarationSection } from './section.ts';

const joinTokenShape = Type.Object(
  {
    token: Type.String({ minLength: 16, maxLength: 200, pattern: '^[A-Za-z0-9_.-]+$' }),
    hosts: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 1000 }),
    ),
    mayReplace: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

/** `joinTokens`: by their texts, which never stand in a path. Other rights replace the token on record. */
export function joinTokensSection(identity: Identity): DeclarationSection {
  return {
    key: 'joinTokens',
    order: 1,
    schema: Type.Array(joinTokenShape, { maxItems: 1000 }),
    async reconcile(unit, value, report) {
      for (const [index, declared] of (value as Static<typeof joinTokenShape>[]).entries()) {
        const { token, hosts = ['*'], mayReplace = false } = declared;
        const path = `joinTokens/${index}`;
        const existing = await identity.findJoinToken(token, unit);
        const same =
          existing &&
          existing.mayReplace === mayReplace &&
          JSON.stringify(existing.hosts) === JSON.stringify(hosts);
        if (existing && !same) await identity.revokeJoinToken(unit, existing.id);
        const { id } =
          existing && same ? existing : await identity.createJoinToken(unit, { token, hosts, mayReplace });
        if (!existing) report.change({ action: 'create', path });
        else if (!same) {
          const fields = {
            hosts: { from: existing.hosts, to: hosts },
            mayReplace: { from: existing.mayReplace, to: mayReplace },
          };
          report.change({ action: 'update', path, fields });
        }
        await report.made(`join-token:${id}`, path);
      }
      for (const { key, path } of await report.pruned()) {
        const id = Number(key.split(':')[1]);
        if (await identity.revokeJoinToken(unit, id)) report.change({ action: 'remove', path });
      }
    },
  };
}
