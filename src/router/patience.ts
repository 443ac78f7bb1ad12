/** How long things may take, in milliseconds. */
export interface Patience {
  /** From the beginning of a request to the end of its head. */
  readonly request: number;
  /** From the whole request, or its last sign of life, to the head of the answer. */
  readonly head: number;
  /** Without a byte in either direction once the answer has begun. */
  readonly idle: number;
  /** Until a client that has been given all closes its side. */
  readonly close: number;
}
