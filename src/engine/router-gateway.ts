import type { RouterMeasures, RouterPollAnswer, RouterPollRequest, RouterReach } from './router-protocol.ts';

/** The server's side of the router protocol, without HTTP. All calls throw CoreErrors. */
export interface RouterGateway {
  /** Throws `unauthenticated` for a token that is not a router's. Costs no database read for one seen before. */
  authenticate(token: string): Promise<void>;
  /** Makes this token a router's, once; the text is stored hashed. */
  admit(token: string): Promise<void>;
  /** Held open until there is a newer table, `waitSeconds` are over or `signal` aborts. */
  poll(request: RouterPollRequest, signal: AbortSignal): Promise<RouterPollAnswer>;
  /** Its process was seen to end: nobody waits for it until it calls again. */
  ended(router: string): Promise<void>;
  /** The server takes no more calls: a router that follows it now counts as live until the server ends. */
  hearNoMore(): void;
  measures(report: RouterMeasures): Promise<void>;
  reach(report: RouterReach): Promise<void>;
}
