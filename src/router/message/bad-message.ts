/** What came is no message of HTTP/1.1 that could be passed on without risk. */
export class BadMessage extends Error {
  override readonly name: string = 'BadMessage';
}

/** A request of that kind; `status` is what it is answered with. */
export class BadRequest extends BadMessage {
  override readonly name = 'BadRequest';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
