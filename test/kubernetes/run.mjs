// Runs the flow of scopes in a cluster against the cluster of KUBECONFIG: node test/kubernetes/run.mjs
// It makes and deletes objects in the current context's namespace (docs/kubernetes.md).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const kubeconfig = process.env.KUBECONFIG;
if (!kubeconfig) {
  process.stderr.write(
    [
      '*** SKIPPED: nothing was tried against a real cluster. ***',
      'Set KUBECONFIG to a kubeconfig file, and SLIPWAY_KUBERNETES_GATEWAY to a Gateway there (namespace/name).',
      'SLIPWAY_TEST_IMAGE names an image that answers / on port 8080; default nginxinc/nginx-unprivileged:stable.',
      '',
    ].join('\n'),
  );
  process.exit(0);
}
const { status } = spawnSync('npx', ['vitest', 'run', 'test/kubernetes/flow.test.ts'], {
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  stdio: 'inherit',
  env: { ...process.env, SLIPWAY_TEST_KUBECONFIG: kubeconfig },
});
process.exit(status ?? 1);
