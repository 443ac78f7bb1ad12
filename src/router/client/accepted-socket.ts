import { Socket } from 'node:net';
import { readBuffer } from '../read-buffer.ts';

/**
 * A client's connection, from a server with `pauseOnConnect`. It reads into one buffer for all instead of a new one for
 * each read, which saves a tenth of a routed request's processor time (docs/performance.md). Node offers that, as
 * `onread`, for connections that a program opens; one that was accepted is given to a socket that has it.
 */
export class AcceptedSocket {
  readonly socket: Socket;
  /** Hears what has come. The bytes are read over after the call: what stays of them has to be copied. */
  onBytes: (bytes: Buffer) => void = () => {};

  constructor(accepted: Socket) {
    const source = accepted as unknown as { _handle: unknown };
    const handle = source._handle;
    // Without it, it does not count as a connection of its server any more.
    source._handle = null;
    accepted.destroy();
    const callback = (length: number) => {
      this.onBytes(readBuffer.subarray(0, length));
      return true;
    };
    const options = { handle, allowHalfOpen: true, onread: { buffer: readBuffer, callback } };
    this.socket = new Socket(options as ConstructorParameters<typeof Socket>[0]);
  }
}
