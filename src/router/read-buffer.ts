/**
 * Where all connections read into, one after another: each read is through with its bytes before the next, and copies
 * what stays of them.
 */
export const readBuffer = Buffer.allocUnsafeSlow(65_536);
