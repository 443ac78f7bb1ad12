import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { CoreError } from '../errors/index.ts';

/** Opens the port and answers its number; throws `conflict` when it is taken, `forbidden` when it may not be had. */
export async function listenOn(app: FastifyInstance, place: { host: string; port: number }): Promise<number> {
  const { host, port } = place;
  const at = `${host}:${port}`;
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new CoreError(
        'conflict',
        `Something else listens at ${at}: stop it, or choose another port (SLIPWAY_PORT, --port).`,
        { cause },
      );
    }
    if (code === 'EACCES') {
      throw new CoreError('forbidden', `This user may not listen at ${at}: choose a --port above 1023.`, {
        cause,
      });
    }
    throw cause;
  }
  return (app.server.address() as AddressInfo).port;
}
