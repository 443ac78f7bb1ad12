// `npm run demo`: does what `npm start` prints, against the running server, and shows what every task on every server did.
import { randomBytes } from 'node:crypto';
import { demo, deployBody, deployUrl, uploadUrl } from './demo-guide.mjs';
import { showPictures } from './demo-images.mjs';
import { moveTraffic } from './demo-nullplatform.mjs';
import { routerAddress, serverAddress, whenReady } from './server-address.mjs';

const base = serverAddress(process.env);
const say = (text) => process.stdout.write(`${text}\n`);

await whenReady(base, 5_000).catch(() => {
  console.error(`No Slipway answers at ${base}. Start it with \`npm start\`, then run this again.`);
  process.exit(1);
});

say(`1. Upload ${demo.binary} (1 MB) to artifact ${demo.artifactId}, group ${demo.binaryGroupKey}`);
const form = new FormData();
form.set('binaryFile', new Blob([randomBytes(1_000_000)]), demo.binary);
form.set('applicationType', 'server');
form.set('description', 'A binary file of some kind');
const uploaded = await call(uploadUrl(base), { method: 'POST', body: form });
say(`   binary ${uploaded.binaryKey}: ${uploaded.downloadUrl}`);

say(`2. Deploy it by scenario ${demo.scenarioId} to ${demo.hosts.join(', ')}, one after another`);
const beat = setInterval(() => process.stdout.write('.'), 500);
const began = performance.now();
const deployed = await call(deployUrl(base), {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    'x-tc-authentication-id': demo.key.id,
    'x-tc-authentication-secret': demo.key.secret,
  },
  body: JSON.stringify(deployBody),
}).finally(() => clearInterval(beat));
say(
  `   deployment ${deployed.deployKey}: ${deployed.deployStatus} after ${((performance.now() - began) / 1000).toFixed(1)} s`,
);

for (const server of deployed.deployResult) {
  say(`\n   ${server.hostname}  ${server.status}`);
  for (const task of server.taskResult) {
    say(
      `     ${task.orderNo}. ${task.taskName}  ${task.status}  exit ${task.exitCode ?? '-'}  ${String(task.result ?? '').trim()}`,
    );
    if (task.stdErrResult) say(`        ${task.stdErrResult.trim()}`);
  }
}
say(`\nOn the console: ${deployed.deployResultLocation}`);

say('\n3. Upload a picture to Image Manager, and ask for it 100 pixels wide');
const isShown = await showPictures(base, say).catch(failed);
say(`\nOn the console: ${base}/console/images`);

say(
  '\n4. Bring two versions of a program to a scope of nullplatform, and move its requests from one to the other',
);
const isMoved = await moveTraffic(base, routerAddress(process.env), say).catch(failed);
say(`\nOn the console: ${base}/console/scopes/${demo.nullplatform.scopeId}`);
process.exit(deployed.deployStatus === 'success' && isShown && isMoved ? 0 : 1);

function failed(error) {
  console.error(`   ${error.message}`);
  return false;
}

async function call(url, options) {
  const answer = await fetch(url, options);
  const { header, body } = await answer.json();
  if (header.isSuccessful) return body;
  console.error(`   ${header.resultCode}: ${header.resultMessage}`);
  if (header.resultCode === 'ERROR_INVALID_APP_KEY')
    console.error(`   The server at ${base} has no demo project: \`npm start\` makes it, or SLIPWAY_DEMO=1.`);
  process.exit(1);
}
