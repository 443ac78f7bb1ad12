/** What the tests of the native API and of the command line declare: the project of the guide, with three accounts. */
export const world = {
  principals: [
    {
      name: 'boss@example.com',
      admin: true,
      password: 'boss-password',
      keys: [{ id: 'BOSSKEY0000000000001', secret: 'bosssecret000001' }],
    },
    {
      name: 'dev@example.com',
      password: 'dev-password',
      keys: [{ id: 'DEVKEY00000000000001', secret: 'devsecret0000001' }],
    },
    { name: 'viewer@example.com', keys: [{ id: 'VIEWKEY0000000000001', secret: 'viewsecret000001' }] },
    { name: 'nobody@example.com', keys: [{ id: 'NOKEY000000000000001', secret: 'nosecret00000001' }] },
  ],
  nhnDeploy: {
    projects: [
      {
        name: 'demo',
        appKey: 'r9Zd7vDEmWMfQb00',
        members: { 'dev@example.com': 'ADMIN', 'viewer@example.com': 'VIEWER' },
        artifacts: [
          {
            id: 1,
            name: 'shop-api',
            type: 'server',
            commandType: 'CLOUD_AGENT',
            binaryGroups: [{ key: 4, name: 'Default', default: true }],
            serverGroups: [{ id: 2, name: 'web', os: 'LINUX', shell: '/bin/bash', servers: ['s1'] }],
            scenarios: [
              {
                id: 3,
                name: 'greet',
                serverGroups: [2],
                tasks: [
                  {
                    type: 'user-command',
                    name: 'hello',
                    timeoutMinutes: 1,
                    command: 'echo hello from $0; echo careful >&2',
                  },
                ],
              },
              {
                id: 5,
                name: 'hang',
                serverGroups: [2],
                tasks: [
                  {
                    type: 'user-command',
                    name: 'sleep',
                    timeoutMinutes: 1,
                    command: 'echo asleep; sleep 60',
                  },
                ],
              },
              {
                id: 7,
                name: 'count',
                serverGroups: [2],
                tasks: [
                  {
                    type: 'user-command',
                    name: 'count',
                    timeoutMinutes: 1,
                    command: 'for n in 1 2 3 4 5 6; do echo "line $n"; sleep 0.3; done',
                  },
                ],
              },
              {
                id: 6,
                name: 'break',
                serverGroups: [2],
                tasks: [{ type: 'user-command', name: 'fail', timeoutMinutes: 1, command: 'exit 7' }],
              },
            ],
          },
        ],
      },
    ],
  },
} as const;

/** The access keys of the accounts. */
export const keys = {
  boss: world.principals[0].keys[0],
  dev: world.principals[1].keys[0],
  viewer: world.principals[2].keys[0],
  nobody: world.principals[3].keys[0],
} as const;
