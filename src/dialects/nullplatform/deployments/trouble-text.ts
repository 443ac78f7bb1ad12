import type { Instance, InstanceTrouble } from '../../../engine/index.ts';

/** An instance in a message: the first 8 characters of its id, and its host. */
export function instanceName(instance: Pick<Instance, 'id' | 'host'>): string {
  return `Instance ${instance.id.slice(0, 8)} on ${instance.host}`;
}

/** What is wrong with an instance, in words that tell the cases apart (contract nullplatform 3.4). */
export function troubleText(trouble: InstanceTrouble): string {
  const path = trouble.path ?? 'the port';
  switch (trouble.kind) {
    case 'not-listening': {
      const port = trouble.port === undefined ? 'its port' : `port ${trouble.port}`;
      return `health check of ${path} failed: not listening on ${port} (PORT)`;
    }
    case 'status':
      return `health check failed: ${path} answered status ${trouble.status ?? 'unknown'}`;
    case 'timeout':
      return `health check failed: probe of ${path} timed out`;
    case 'crashed':
      return trouble.exitCode === undefined
        ? 'process crashed'
        : `process crashed with exit code ${trouble.exitCode}`;
    case 'out-of-memory':
      return 'process was ended because it was out of memory';
    case 'asset':
      return `the asset cannot be run: ${trouble.text}`;
  }
}

/** What the reader may do about it. */
export function troubleHint(trouble: InstanceTrouble): string {
  switch (trouble.kind) {
    case 'not-listening':
      return 'The program should listen on the port in the variable PORT, on all addresses of its host.';
    case 'status':
      return 'The health check wants a status from 200 to 299; see the capability health_check of the scope.';
    case 'timeout':
      return 'Answer faster, or raise timeout_seconds in the capability health_check of the scope.';
    case 'crashed':
      return 'See what the instance wrote: GET /telemetry/application/:id/log.';
    case 'out-of-memory':
      return 'Give the host more memory, or let the program use less.';
    case 'asset':
      return 'Check the url and the type of the asset, and that its archive has a Procfile with a line `web:`.';
  }
}
