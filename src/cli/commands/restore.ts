import { resolve } from 'node:path';
import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { bytesText, progressLine } from '../progress-line.ts';
import { configurationFor } from './backup.ts';

/** `slipway restore <folder>`. */
export const restoreCommand = buildCommand<{ readonly data?: string }, [string], CliContext>({
  docs: {
    brief: 'Put a backup into the data folder',
    fullDescription:
      'Refused while a server runs on the data folder, and for a backup that is newer than this program. What was there is moved aside.',
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Where the backup is', placeholder: 'folder', parse: String }],
    },
    flags: {
      data: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'The data folder; default as for the server',
      },
    },
  },
  async func({ data }, folder) {
    const source = resolve(this.process.cwd(), folder);
    const configuration = await configurationFor(this, data);
    const [{ restoreBackup }, { migrationSets }] = await Promise.all([
      import('../backup/restore-backup.ts'),
      import('../../main.ts'),
    ]);
    const line = progressLine(this.process.stderr);
    const { keptIn } = await restoreBackup(configuration, source, {
      migrations: migrationSets,
      now: new Date(),
      onProgress: (what, { files, bytes }) =>
        line.show(`${what}: ${files} files, ${bytesText(bytes)} copied`),
    });
    line.end();
    this.process.stdout.write(`The backup is restored to ${configuration.data}.\n`);
    if (keptIn) this.process.stdout.write(`What was there is kept in ${keptIn}.\n`);
  },
});
