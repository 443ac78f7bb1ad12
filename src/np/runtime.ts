/** Where text is written to; a terminal says that it is one, and how wide. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** What the program takes from its process: everything outside of it but servers, files and other programs. */
export interface Runtime {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The working folder. */
  readonly folder: string;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Epoch milliseconds. */
  now(): number;
  wait(milliseconds: number): Promise<void>;
}
