import { z } from 'zod';
import type { Message, ReleasedVersion } from './released-version.ts';

const epochMs = z.int().min(0);
const price = z.int().min(0);
const cash = z.int();
const wellFormed = z.string().regex(/^[^\ud800-\udfff]*$/u);
const id = wellFormed.min(1).max(128);

const gate = z.strictObject({
  gate: wellFormed.max(4096),
  unit: z.enum(['cash', 'price', 'quantity', 'ppm', 'e8', 'minutes', 'count', 'flags', 'ms', 'time']),
  comparison: z.enum(['at-most', 'at-least', 'sizes', 'passed', 'refused']),
});
const order = z.strictObject({
  id,
  t: epochMs,
  symbol: z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/),
  side: z.enum(['buy', 'sell']),
  quantity: z.int().positive(),
  type: z.literal('market'),
  timeInForce: z.literal('day'),
  reference: price,
  stop: price,
  target: price,
  exitAt: epochMs,
  signalId: id,
  values: z.array(z.int().nullable()),
  limits: z.array(z.int()),
});
const account = z.strictObject({
  cash,
  equity: cash,
  gross: cash,
  reserved: cash,
  realised: cash,
  equityPeak: cash,
  drawdownPpm: z.int().min(0),
  tradingState: z.enum(['active', 'halted']),
});

/** The account was said to be halted, and not by what: the next version has a place for each halt, and here none is told. */
export const ordersV3: ReleasedVersion = {
  schema: z.strictObject({ t: epochMs, denials: z.int().min(0), account, gates: z.array(gate), orders: z.array(order) }),
  next: ({ t, denials, account: seen, gates, orders }: Message): Message => ({
    t,
    denials,
    account: seen,
    trips: [],
    gates,
    orders,
  }),
};
