// What the demo's people need: keys, addresses, and the commands of the original's guide with the host changed.

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

/** The calls of nullplatform's documentation; they find the builds and deployments of the demo by themselves. */
export function nullplatformCommands(base) {
  const { applicationId, scopeId, apiKey } = demo.nullplatform;
  const authorized = `-H "Authorization: Bearer $TOKEN"`;
  const lastId = `grep -o '"id":[0-9]*' | head -1 | cut -d: -f2`;
  return [
    `TOKEN=$(curl -s ${base}/token -d '{"api_key":"${apiKey}"}' | grep -o '"access_token":"[^"]*"' | cut -d'"' -f4)`,
    `BUILD=$(curl -s '${base}/build?application_id=${applicationId}' ${authorized} | ${lastId})`,
    `RELEASE=$(curl -s ${base}/release ${authorized} -d '{"status":"active","build_id":"'$BUILD'","application_id":${applicationId}}' | ${lastId})`,
    `DEPLOYMENT=$(curl -s ${base}/deployment ${authorized} -d '{"scope_id":"${scopeId}","release_id":"'$RELEASE'"}' | ${lastId})`,
    '# a moment later, when it runs:',
    `curl -X PATCH ${base}/deployment/$DEPLOYMENT ${authorized} -d '{"strategy_data":{"desired_switched_traffic":25}}'`,
    `curl -X PATCH ${base}/deployment/$DEPLOYMENT ${authorized} -d '{"status":"finalizing"}'`,
  ];
}

/** What `npm start` prints when the server is ready. */
export function guide(base) {
  return `
Slipway runs at ${base}

  console    ${base}/console/   (${demo.login.name} / ${demo.login.password})
  servers    ${demo.hosts.join(', ')}: three agents on this machine
  app key    ${demo.appKey}
  access key ${demo.key.id} / ${demo.key.secret}

Upload a binary and deploy it to the three servers, in another terminal:

${indented(commands(base), '\n\n')}

or let \`npm run demo\` do it. It also brings two versions to a scope of nullplatform and moves its traffic from the
one to the other; afterwards the calls of that documentation do it again:

${indented(nullplatformCommands(base))}

Ctrl-C ends the server and the demo's agents.
`;
}

function indented(lines, between = '\n') {
  return lines.map((line) => line.replace(/^/gm, '  ')).join(between);
}
