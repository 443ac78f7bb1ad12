import type { LogChange, LogLine } from '../scope-deployment-api.ts';
import { createTerminal, type Piece } from '../terminal.ts';

/** The lines that are shown after a change: those of the shown ones that stand, and what follows them. */
export function afterChange(
  shown: readonly LogLine[],
  { dropped, kept, lines }: LogChange,
): readonly LogLine[] {
  return [...shown.slice(dropped, dropped + kept), ...lines];
}

/** A line in its colours, without what else it says to a terminal. */
export function piecesOf(text: string): readonly Piece[] {
  const terminal = createTerminal();
  const [line = []] = terminal.feed(`${text}\n`);
  return line;
}
