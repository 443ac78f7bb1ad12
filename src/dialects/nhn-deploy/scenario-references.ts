import type { Reader } from '../../storage/index.ts';
import type { ScenarioReferences } from './scenario-input.ts';
import type { BinaryTables } from './store/binary.ts';
import type { BinaryGroupTables } from './store/binary-group.ts';
import { resourceFiles } from './store/resource.ts';

/** What scenarios of the artifact may name. `binaryKeys` are the chosen binaries that the input holds. */
export async function scenarioReferences(
  reader: Reader,
  artifactId: number,
  binaryKeys: readonly number[],
): Promise<ScenarioReferences> {
  const groups = await reader
    .tables<BinaryGroupTables>()
    .selectFrom('nhn_binary_group')
    .select(['id', 'name'])
    .where('artifact_id', '=', artifactId)
    .where('deleted_at', 'is', null)
    .execute();
  const known = new Set<number>();
  for (const key of new Set(binaryKeys)) {
    const row = await reader
      .tables<BinaryTables>()
      .selectFrom('nhn_binary')
      .select('id')
      .where('id', '=', key)
      .where('artifact_id', '=', artifactId)
      .executeTakeFirst();
    if (row) known.add(key);
  }
  const files = await resourceFiles(reader, artifactId);
  return {
    group: (reference) => groups.find((group) => group.id === reference || group.name === reference)?.id,
    binary: (key) => (known.has(key) ? key : undefined),
    file: (reference) =>
      files.find((file) => file.id === reference || `${file.groupName}/${file.name}` === reference)?.id,
  };
}
