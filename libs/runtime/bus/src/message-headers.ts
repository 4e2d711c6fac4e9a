import type { MsgHdrs } from '@nats-io/transport-node';

/** A number that the server says of a message; NaN when it does not. */
export const numberIn = (headers: MsgHdrs | undefined, name: string): number => {
  const text = headers?.get(name) ?? '';
  return text === '' ? Number.NaN : Number(text);
};
