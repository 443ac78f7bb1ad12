import type { Output, Runtime } from '../runtime.ts';
import { frame, headLine, hintLines, messageLine, stateLine } from './watch-text.ts';
import { newMessages, type Watched } from './watched.ts';

/** Shows one deployment again and again. */
export interface Drawing {
  show(deployment: Watched, now: number): void;
  /** A remark that is not of the deployment. */
  remark(text: string): void;
}

/** In a terminal that can, the state is written over and messages scroll by above it; elsewhere every change is a line of its own. */
export function createDrawing(output: Output, { TERM }: Runtime['environment']): Drawing {
  return output.isTTY && TERM !== 'dumb' ? liveDrawing(output) : plainDrawing(output);
}

function plainDrawing(output: Output): Drawing {
  let shown: Watched | undefined;
  return {
    show(deployment) {
      if (!shown) output.write(`${headLine(deployment)}\n`);
      for (const message of newMessages(shown, deployment)) output.write(`${messageLine(message)}\n`);
      if (!shown || stateLine(shown) !== stateLine(deployment)) output.write(`${stateLine(deployment)}\n`);
      shown = deployment;
    },
    remark(text) {
      output.write(`${text}\n`);
    },
  };
}

function liveDrawing(output: Output): Drawing {
  let shown: Watched | undefined;
  let drawn = 0;
  const clear = () => (drawn === 0 ? '' : `\u001b[${drawn}A\u001b[J`);
  return {
    show(deployment, now) {
      const scrolled = [
        ...(shown ? [] : [headLine(deployment)]),
        ...newMessages(shown, deployment).map(messageLine),
        ...hintLines(shown, deployment),
      ];
      const lines = frame(deployment, now, output.columns || 80);
      output.write(`${clear()}${[...scrolled, ...lines].map((line) => `${line}\n`).join('')}`);
      drawn = lines.length;
      shown = deployment;
    },
    remark(text) {
      output.write(`${clear()}${text}\n`);
      drawn = 0;
    },
  };
}
