// A version of the demo's application: a tar.gz with a Procfile and one small program, as any pipeline could build it.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packTar } from 'modern-tar';

const program = (version) => `import http from 'node:http';

const answers = { '/': 'version ${version}\\n', '/health': 'ok\\n' };
const server = http.createServer((request, response) => {
  const answer = answers[request.url];
  response.writeHead(answer ? 200 : 404).end(answer);
});
server.listen(process.env.PORT, () => console.log('version ${version} listens on ' + process.env.PORT));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;

/** The bytes of the bundle of this version. */
export async function demoBundle(version) {
  const files = { Procfile: 'web: node server.mjs\n', 'server.mjs': program(version) };
  const entries = Object.entries(files).map(([name, body]) => ({
    header: { name, size: Buffer.byteLength(body), mode: 0o644 },
    body,
  }));
  return await promisify(gzip)(await packTar(entries));
}
