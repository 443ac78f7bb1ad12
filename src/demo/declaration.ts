/** The token with which the demo's agents join. */
export const demoJoinToken = 'join-demo-0000000000000000';

/** The demo's agents, which are "servers" on this machine. */
export const demoHosts = ['s1', 's2', 's3'] as const;

/**
 * The demo project. Its keys are well known (they stand in the documentation), so it is for one's own machine only.
 */
export const demoDeclaration = `# Applied at every start with SLIPWAY_DEMO=1. The keys are well known: not for a server that others can reach.
principals:
  - name: dev@example.com
    admin: true
    password: change-me-now
    keys: [{ id: DEVKEY00000000000001, secret: devsecret0000001 }]
  - name: viewer@example.com
    keys: [{ id: VIEWKEY0000000000001, secret: viewsecret000001 }]
joinTokens:
  - { token: ${demoJoinToken}, hosts: ["*"] }
nhnDeploy:
  projects:
    - name: demo
      appKey: r9Zd7vDEmWMfQb00
      members: { dev@example.com: ADMIN, viewer@example.com: VIEWER }
      artifacts:
        - id: 1
          name: shop-api
          type: server
          commandType: CLOUD_AGENT
          binaryGroups:
            - { key: 4, name: Default, default: true }
          serverGroups:
            - { id: 2, name: web, os: LINUX, shell: /bin/bash, servers: [${demoHosts.join(', ')}] }
          scenarios:
            - id: 3
              name: release
              serverGroups: [2]
              tasks:
                - { type: binary-deploy, name: put the jar, group: 4, latest: true, targetDirectory: "~/apps", variableAs: app }
                - { type: user-command, name: start, timeoutMinutes: 5, command: "echo version $\${binary.app.version} on $(hostname)" }
        - id: 5
          name: shop-app
          type: client
          binaryGroups: [{ key: 6, name: Default, default: true }]
`;
