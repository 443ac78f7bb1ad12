import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, from four seconds on, those that wait between those that compute. A fresh clone has no
 * durations to go by, and a long file that begins last keeps one core at work while the other rests.
 */
const longest = [
  'test/console/library.test.ts',
  'test/agent/services.test.ts',
  'test/console/scopes.test.ts',
  'test/conformance/nullplatform/deployments-failing.test.ts',
  'test/console/console.test.ts',
  'test/agent/adoption.test.ts',
  'src/engine/leases.test.ts',
  'src/engine/routes/routes.test.ts',
  'test/browser/install-pages.test.ts',
  'src/engine/server-steps.test.ts',
  'test/cli/commands.test.ts',
  'test/agent/containers.test.ts',
  'src/media/derivatives.test.ts',
  'test/agent/faults.test.ts',
  'src/storage/blobs/blob-store.test.ts',
  'test/kubernetes/trouble.test.ts',
  'src/engine/stages.test.ts',
  'test/agent/install.test.ts',
  'test/repository.test.ts',
  'test/np/journey.test.ts',
  'src/media/pipeline/examine.test.ts',
  'src/engine/locks.test.ts',
  'test/conformance/nhn-image-manager/upload-many.test.ts',
  'test/agent/join.test.ts',
  'src/media/pipeline/isolation.test.ts',
  'test/conformance/nullplatform/deployments.test.ts',
  'src/media/tree.test.ts',
];

/** Starts the longest files first, and the others as vitest would. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((path) => moduleId.endsWith(`/${path}`));
      return place < 0 ? longest.length : place;
    };
    return [...others].sort((one, other) => placeOf(one) - placeOf(other));
  }
}
