/** Writes one line for the operator on standard error, with the time in front. */
export type Log = (message: string) => void;

/** The log of a running router. */
export const stderrLog: Log = (message) => {
  process.stderr.write(`${new Date().toISOString()} ${message}\n`);
};
