import { resolve } from 'node:path';
import { buildCommand } from '@stricli/core';
import { loadConfiguration } from '../../config/index.ts';
import type { CliContext } from '../context.ts';
import { type OutputFormat, outputFlag, printJson } from '../output.ts';
import { bytesText, progressLine } from '../progress-line.ts';

interface Flags {
  readonly data?: string;
  readonly withoutKey: boolean;
  readonly output: OutputFormat;
}

/** `slipway backup <folder>`. */
export const backupCommand = buildCommand<Flags, [string], CliContext>({
  docs: {
    brief: 'Copy the database, the blobs and the secret key into a folder, also while the server runs',
    fullDescription:
      "Run it on the server's machine. A second backup into the same folder copies only the blobs that are new.",
  },
  parameters: {
    positional: { kind: 'tuple', parameters: [{ brief: 'Where to', placeholder: 'folder', parse: String }] },
    flags: {
      data: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'The data folder; default as for the server',
      },
      withoutKey: {
        kind: 'boolean',
        default: false,
        brief: 'Leave out secret.key, which opens the stored secrets',
      },
      output: outputFlag,
    },
    aliases: { o: 'output' },
  },
  async func({ data, withoutKey, output }, folder) {
    const target = resolve(this.process.cwd(), folder);
    const configuration = await configurationFor(this, data);
    const { makeBackup } = await import('../backup/make-backup.ts');
    const line = progressLine(this.process.stderr);
    const manifest = await makeBackup(configuration, target, {
      withSecretKey: !withoutKey,
      onProgress: (what, { files, bytes }) =>
        line.show(`${what}: ${files} files, ${bytesText(bytes)} copied`),
    });
    line.end();
    if (output === 'json') return printJson(this, { folder: target, ...manifest });
    this.process.stdout.write(`The backup is in ${target}.\n`);
    if (!manifest.withBlobs) this.process.stdout.write('The blobs are in S3 and not in it.\n');
  },
});

/** The configuration that a server would have here, with another data folder if one is given. */
export async function configurationFor(context: CliContext, data: string | undefined) {
  const { configuration } = await loadConfiguration({
    environment: context.process.env,
    folder: context.process.cwd(),
    flags: data === undefined ? {} : { data },
  });
  return configuration;
}
