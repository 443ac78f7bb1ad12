import type { TestServerOptions } from '../harness/server.ts';
import { type StandInApiServer, startApiServer } from './api-server.ts';
import {
  type ClusterField,
  removeKubeconfig,
  standInKubeconfig,
  startClusterField,
} from './cluster-field.ts';
import { controllers } from './controllers.ts';

/** A server that runs scopes in a stand-in cluster, and that cluster. */
export interface StandInField {
  readonly standIn: StandInApiServer;
  readonly field: ClusterField;
  close(): Promise<void>;
}

/** Starts both, with a kubeconfig that goes with them. */
export async function startStandInField(options: TestServerOptions = {}): Promise<StandInField> {
  const standIn = await startApiServer(controllers);
  const kubeconfig = await standInKubeconfig(standIn.url);
  const field = await startClusterField(kubeconfig, options);
  return {
    standIn,
    field,
    async close() {
      await field.close();
      await standIn.close();
      await removeKubeconfig(kubeconfig);
    },
  };
}
