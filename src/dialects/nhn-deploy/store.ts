import type { ArtifactTables } from './store/artifact.ts';
import type { BinaryTables } from './store/binary.ts';
import type { BinaryGroupTables } from './store/binary-group.ts';
import type { BinaryUseTables } from './store/binary-use.ts';
import type { DeploymentTables } from './store/deployment.ts';
import type { ProjectTables } from './store/project.ts';
import type { ResourceTables } from './store/resource.ts';
import type { ScenarioTables } from './store/scenario.ts';
import type { SentLinkTables } from './store/sent-link.ts';
import type { ServerGroupTables } from './store/server-group.ts';
import type { SigningKeyTables } from './store/signing-key.ts';

/** All tables of the dialect; `store/<noun>.ts` has each noun's columns and queries. */
export interface NhnTables
  extends ProjectTables,
    ArtifactTables,
    BinaryGroupTables,
    BinaryTables,
    BinaryUseTables,
    SentLinkTables,
    SigningKeyTables,
    ServerGroupTables,
    ResourceTables,
    ScenarioTables,
    DeploymentTables {}
