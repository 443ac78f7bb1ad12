/** Ids and keys of the world that is shaken. */
export const world = {
  appKey: 'chaosAppKey00001',
  artifact: 1,
  binaryGroup: 4,
  serverGroup: 2,
  scenario: 3,
  keyId: 'CHAOSKEY000000000001',
  keySecret: 'chaossecret00001',
  joinToken: 'join-chaos-000000000000000',
  hosts: ['s1', 's2', 's3'],
} as const;

/**
 * Three servers and one scenario: it puts the newest binary in place and appends the mark of its step to `runs`, a line
 * for every time that a step really ran.
 */
export function declarationOf(folder: string): unknown {
  return {
    principals: [
      { name: 'chaos@example.com', admin: true, keys: [{ id: world.keyId, secret: world.keySecret }] },
    ],
    joinTokens: [{ token: world.joinToken, hosts: ['*'] }],
    nhnDeploy: {
      projects: [
        {
          name: 'chaos',
          appKey: world.appKey,
          members: { 'chaos@example.com': 'ADMIN' },
          artifacts: [
            {
              id: world.artifact,
              name: 'shaken',
              type: 'server',
              commandType: 'CLOUD_AGENT',
              binaryGroups: [{ key: world.binaryGroup, name: 'Default', default: true }],
              serverGroups: [
                { id: world.serverGroup, name: 'all', os: 'LINUX', shell: '/bin/bash', servers: world.hosts },
              ],
              scenarios: [
                {
                  id: world.scenario,
                  name: 'shake',
                  serverGroups: [world.serverGroup],
                  tasks: [
                    {
                      type: 'binary-deploy',
                      name: 'put',
                      group: world.binaryGroup,
                      latest: true,
                      targetDirectory: `${folder}/apps`,
                      variableAs: 'app',
                    },
                    {
                      type: 'user-command',
                      name: 'mark',
                      timeoutMinutes: 1,
                      command: `echo "$SLIPWAY_STEP" >> ${folder}/runs; sleep 0.$((RANDOM % 3))`,
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
  };
}
