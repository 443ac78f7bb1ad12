import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { startInstallation } from './binaries-setup.ts';

it('a flood of half uploads by strangers is refused, and is nothing for the log to call an error', async () => {
  const lines: { level: number; code?: string }[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const server = await startInstallation({ log });
  const sockets: Socket[] = [];
  try {
    const { port } = new URL(server.url);
    const answers = Array.from({ length: 40 }, () => {
      const socket = connect(Number(port), '127.0.0.1');
      sockets.push(socket);
      socket.write(
        'POST /api/binary/upload/artifact/1 HTTP/1.1\r\nHost: x\r\n' +
          'Content-Type: multipart/form-data; boundary=B\r\nContent-Length: 50000000\r\n\r\n' +
          '--B\r\nContent-Disposition: form-data; name="binaryFile"; filename="a.jar"\r\n\r\nbytes',
      );
      return new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    });
    expect(await Promise.any(answers)).toContain('{"isSuccess":false,"result":"BINARY_UPLOAD_ERROR"}');
    await expect
      .poll(() => lines.map(({ level, code }) => [level, code]))
      .toContainEqual([40, 'rate-limited']);
    expect(lines.filter(({ level }) => level >= 50)).toEqual([]);
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.close();
  }
});
