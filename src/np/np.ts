import { createProgram } from './program.ts';
import type { Runtime } from './runtime.ts';

// The program `np`: what a process has, and what its exit status is.
const runtime: Runtime = {
  environment: process.env,
  folder: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: Date.now,
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

// `np build list … | head` closes our output early; that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

process.exitCode = await createProgram(runtime)(process.argv.slice(2));
