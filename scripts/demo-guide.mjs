// What the demo's people need: keys, addresses, and the commands of the originals' guides with the host changed.
import { posix } from 'node:path';

export const demo = {
  appKey: 'r9Zd7vDEmWMfQb00',
  artifactId: 1,
  serverGroupId: 2,
  scenarioId: 3,
  binaryGroupKey: 4,
  binary: 'ojdbc14.jar',
  key: { id: 'DEVKEY00000000000001', secret: 'devsecret0000001' },
  login: { name: 'dev@example.com', password: 'change-me-now' },
  hosts: ['s1', 's2', 's3'],
  images: {
    appKey: 'imgAppKey0000001',
    secretKey: 'imgSecret0000000000000000000001',
    container: 'aaaaach',
    path: '/myfolder/sample.png',
    operationId: '100x100',
  },
  nullplatform: { applicationId: 4, scopeId: 5, apiKey: 'MTI4ODQwNDE1Mg==.YWRtaW5hZG1pbmFkbWluYWRtaW4=' },
};

const artifactPath = (base) => `${base}/api/v1.0/projects/${demo.appKey}/artifacts/${demo.artifactId}`;

/** The address of the upload call. */
export const uploadUrl = (base) => `${artifactPath(base)}/binary-group/${demo.binaryGroupKey}`;

/** The address of the deploy call. */
export const deployUrl = (base) =>
  `${artifactPath(base)}/server-group/${demo.serverGroupId}/scenario/${demo.scenarioId}/deploy`;

/** The body of the deploy call. */
export const deployBody = {
  targetServerHostnames: demo.hosts.join(','),
  concurrentNum: 1,
  nextWhenFail: false,
  deployNote: 'demo',
};

/** The commands, ready to paste. */
export function commands(base) {
  return [
    `head -c 1000000 /dev/urandom > ${demo.binary}`,
    `curl -X POST ${uploadUrl(base)} \\
  -H 'content-type: multipart/form-data' \\
  -F 'binaryFile=@${demo.binary}' \\
  -F 'applicationType=server' \\
  -F 'description=A binary file of some kind'`,
    `curl --location '${deployUrl(base)}' \\
  --header 'Content-Type: application/json' \\
  --header 'X-TC-AUTHENTICATION-ID: ${demo.key.id}' \\
  --header 'X-TC-AUTHENTICATION-SECRET: ${demo.key.secret}' \\
  --data '${JSON.stringify(deployBody)}'`,
  ];
}

/** The address of Image Manager's calls. */
export const imagesUrl = (base) => `${base}/image/v2.0/appkeys/${demo.images.appKey}`;

/**
 * The calls of Image Manager's guide, ready to paste in the folder of the checkout: a picture goes up, its folder is
 * listed, and the public URL makes a thumbnail of it.
 */
export function imageCommands(base) {
  const { secretKey, container, path, operationId } = demo.images;
  return [
    `curl -X PUT '${imagesUrl(base)}/images?path=${path}&overwrite=true' \\
  -H 'Authorization: ${secretKey}' \\
  -H 'Content-Type:application/octet-stream' \\
  --data-binary '@docs/picture.png'`,
    `curl -X GET '${imagesUrl(base)}/folders?basepath=${posix.dirname(path)}' \\
  -H 'Authorization: ${secretKey}'`,
    `curl -o thumbnail.png '${base}/i/${container}${path}?${operationId}'`,
  ];
}

/**
 * The calls of nullplatform's documentation, ready to paste: they bring the version before the last one back. They find
 * the build, the release and the deployment by themselves, and hold no comments, which an interactive zsh would run.
 */
export function nullplatformCommands(base, routerAddress) {
  const { applicationId, scopeId, apiKey } = demo.nullplatform;
  const authorized = '-H "$AUTH"';
  const deployment = `$API/deployment/$DEPLOYMENT ${authorized}`;
  const text = (field) => `grep -o '"${field}":"[^"]*"' | cut -d'"' -f4`;
  return [
    `API=${base}`,
    `AUTH="Authorization: Bearer $(curl -s $API/token -d '{"api_key":"${apiKey}"}' | ${text('access_token')})"`,
    `number() { grep -o '"id":[0-9][0-9]*' | head -1 | cut -d: -f2; }`,
    `BUILD=$(curl -s "$API/build?application_id=${applicationId}&offset=1" ${authorized} | number)`,
    `RELEASE=$(curl -s $API/release ${authorized} -d '{"status":"active","build_id":"'$BUILD'","application_id":${applicationId}}' | number)`,
    `DEPLOYMENT=$(curl -s $API/deployment ${authorized} -d '{"scope_id":"${scopeId}","release_id":"'$RELEASE'"}' | number)`,
    `for i in $(seq 30); do curl -s ${deployment} | grep -q '"status":"running"' && break; sleep 1; done`,
    `curl -X PATCH ${deployment} -d '{"strategy_data":{"desired_switched_traffic":25}}'`,
    `NAME=$(curl -s $API/scope/${scopeId} ${authorized} | ${text('domain')})`,
    `for i in $(seq 20); do curl -s -H "Host: $NAME" ${routerAddress}/; sleep 0.1; done`,
    `curl -X PATCH ${deployment} -d '{"status":"finalizing"}'`,
  ];
}

/** What `npm start` prints when the server is ready. */
export function guide(base, routerAddress) {
  return `
Slipway runs at ${base}

  console    ${base}/console/   (${demo.login.name} / ${demo.login.password})
  servers    ${demo.hosts.join(', ')}: three agents on this machine
  app key    ${demo.appKey}
  access key ${demo.key.id} / ${demo.key.secret}
  pictures   app key ${demo.images.appKey}, secret key ${demo.images.secretKey}

Upload a binary and deploy it to the three servers, in another terminal:

${indented(commands(base), '\n\n')}

Upload a picture, list its folder, and get it 100 pixels wide, by the calls of Image Manager (here, in this folder):

${indented(imageCommands(base), '\n\n')}

or let \`npm run demo\` do all of it. It also brings two versions of a small program to a scope of nullplatform, one after
the other, and moves the requests from the first to the second. After that, these lines move them back, by nullplatform's
own calls; twenty requests in between show who answers:

${indented(nullplatformCommands(base, routerAddress))}

Watch it at ${base}/console/scopes/${demo.nullplatform.scopeId}

Ctrl-C ends the server, its router and the demo's agents.
`;
}

function indented(lines, between = '\n') {
  return lines.map((line) => line.replace(/^/gm, '  ')).join(between);
}
