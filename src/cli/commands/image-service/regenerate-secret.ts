import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { type OutputFormat, outputFlag, printRows } from '../../output.ts';
import { serviceParameter, servicePath } from './service-parameter.ts';

interface Flags {
  readonly output: OutputFormat;
}

interface Answer {
  readonly appKey: string;
  readonly secretKey: string;
}

/** `slipway image-service regenerate-secret <service>`; the new secret is printed this once. */
export const regenerateSecretCommand = buildCommand<Flags, [string], CliContext>({
  docs: { brief: 'Replace the secret key of an image service; the old one is worth nothing at once' },
  parameters: {
    positional: serviceParameter,
    flags: { output: outputFlag },
    aliases: { o: 'output' },
  },
  async func({ output }, service) {
    const answer = await this.api().call<Answer>('POST', `${servicePath(service)}/secret-key`);
    printRows(this, output, answer, ['APP KEY', 'SECRET KEY'], [[answer.appKey, answer.secretKey]]);
  },
});
