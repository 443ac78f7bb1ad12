import type { Operation } from './operation.ts';
import { catalogOperations } from './operation-tables/catalog.ts';
import { continuousIntegrationOperations } from './operation-tables/continuous-integration.ts';
import { deploymentOperations } from './operation-tables/deployments.ts';
import { hierarchyOperations } from './operation-tables/hierarchy.ts';
import { keyAndParameterOperations } from './operation-tables/keys-and-parameters.ts';
import { missingOperations } from './operation-tables/missing.ts';

/**
 * Every operation of the original, sorted by its section of the contract. The routes are registered from it, the paths
 * that the dialect owns follow from it, and the table in docs/nullplatform.md is generated from it. `POST /token` and
 * `POST /ci/login` have no token yet and stand in `sessions.ts`.
 */
export const operations: readonly Operation[] = [
  ...catalogOperations,
  ...hierarchyOperations,
  ...keyAndParameterOperations,
  ...continuousIntegrationOperations,
  ...deploymentOperations,
  ...missingOperations,
].sort((a, b) => a.section.localeCompare(b.section, 'en', { numeric: true }));
