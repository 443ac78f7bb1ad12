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
imageManager:
  services:
    - name: shop
      appKey: imgAppKey0000001
      secretKey: imgSecret0000000000000000000001
      container: aaaaach
      realtimeService: true
      members: { dev@example.com: ADMIN }
      operations:
        - operationId: 100x100
          description: thumbnail
          data:
            - templateOperationId: resize_max_fit
              option: { width: 100, height: 100, quality: 80 }
nullplatform:
  organization: { id: 1, name: acme }
  apiKeys:
    - { name: admin, key: "MTI4ODQwNDE1Mg==.YWRtaW5hZG1pbmFkbWluYWRtaW4=", grants: [{ nrn: "organization=1", role: admin }] }
    - { name: ci, key: "MTI4ODQwNDE1Mw==.Y2ljaWNpY2ljaWNpY2ljaWNpY2k=", grants: [{ nrn: "organization=1", role: "machine:ci" }] }
  accounts:
    - id: 2
      name: shop
      namespaces:
        - id: 3
          name: web
          applications:
            - id: 4
              name: storefront
              repositoryUrl: https://git.example.com/acme/storefront
              scopes:
                - id: 5
                  name: production
                  type: web_pool
                  hosts: [s1, s2]
                  dimensions: { environment: production }
                  capabilities:
                    health_check: { path: /health, initial_delay_seconds: 0, period_seconds: 2, timeout_seconds: 1 }
                    scaling_type: fixed
                    fixed_instances: 2
`;
