import Type from 'typebox';
import type { ResourceFile, ResourceRevision } from '../store/resource.ts';

const nullableText = Type.Union([Type.String(), Type.Null()]);

/** A revision of a resource file; `size` in bytes. */
export const revisionShape = Type.Object({
  revision: Type.Integer(),
  size: Type.Integer(),
  sha256: Type.String(),
  encoding: nullableText,
  comment: nullableText,
  createdBy: Type.String(),
  createdAt: Type.Integer(),
});

/** A resource file with its newest revision. */
export const resourceFileShape = Type.Object({
  id: Type.Integer(),
  group: Type.Integer(),
  name: Type.String(),
  newest: revisionShape,
});

/** The revision in `revisionShape`. */
export function showRevision(row: ResourceRevision) {
  const { number: revision, size, sha256, encoding, comment } = row;
  return { revision, size, sha256, encoding, comment, createdBy: row.created_by, createdAt: row.created_at };
}

/** The file in `resourceFileShape`. */
export function showFile({ id, groupId: group, name, newest }: ResourceFile) {
  return { id, group, name, newest: showRevision(newest) };
}
