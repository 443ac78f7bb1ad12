import { createPipeline, type Pipeline } from '../../src/media/index.ts';

const pixels = createPipeline({ processes: 2 });

/** One for all libraries and servers of a test process: starting its child processes is what takes long. It ends with the process. */
export const sharedPipeline: Pipeline = {
  examine: (file) => pixels.examine(file),
  make: (request) => pixels.make(request),
  close: async () => {},
};
