import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { CommandError, exitCodes } from '../../exit-codes.ts';
import { type OutputFormat, outputFlag, printRows } from '../../output.ts';
import { serviceParameter, servicePath } from './service-parameter.ts';

type Position = 'on' | 'off';

interface Flags {
  readonly service?: Position;
  readonly realtime?: Position;
  readonly output: OutputFormat;
}

const position = { kind: 'enum', values: ['on', 'off'], optional: true } as const;

interface Answer {
  readonly name: string;
  readonly enabled: boolean;
  readonly realtimeService: boolean;
}

/** `slipway image-service switch <service> --service on|off --realtime on|off`. */
export const switchCommand = buildCommand<Flags, [string], CliContext>({
  docs: { brief: 'Switch an image service, or its operations by URL, on or off' },
  parameters: {
    positional: serviceParameter,
    flags: {
      service: { ...position, brief: 'The service as a whole; off only without files' },
      realtime: { ...position, brief: 'Whether URLs run operations' },
      output: outputFlag,
    },
    aliases: { o: 'output' },
  },
  async func({ service, realtime, output }, id) {
    if (service === undefined && realtime === undefined) {
      throw new CommandError(exitCodes.usage, 'Say what to switch: --service on|off, --realtime on|off.');
    }
    const json = {
      ...(service === undefined ? {} : { enabled: service === 'on' }),
      ...(realtime === undefined ? {} : { realtimeService: realtime === 'on' }),
    };
    const answer = await this.api().call<Answer>('PATCH', servicePath(id), json);
    const row = [answer.name, word(answer.enabled), word(answer.realtimeService)];
    printRows(this, output, answer, ['NAME', 'SERVICE', 'REALTIME'], [row]);
  },
});

function word(isOn: boolean): Position {
  return isOn ? 'on' : 'off';
}
