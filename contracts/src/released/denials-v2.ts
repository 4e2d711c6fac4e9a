import { z } from 'zod';
import type { Message, ReleasedVersion } from './released-version.ts';

const wellFormed = z.string().regex(/^[^\ud800-\udfff]*$/u);

const gate = z.strictObject({
  gate: wellFormed.max(4096),
  unit: z.enum(['cash', 'price', 'quantity', 'ppm', 'e8', 'minutes', 'count', 'flags', 'ms', 'time']),
  comparison: z.enum(['at-most', 'at-least', 'sizes', 'passed', 'refused']),
});
const denial = z.strictObject({
  t: z.int().min(0),
  symbol: z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/),
  signalId: wellFormed.min(1).max(128),
  values: z.array(z.int().nullable()),
  limits: z.array(z.int()),
});

/** Halts had no ids: the next version has a place for the one that refused. */
export const denialsV2: ReleasedVersion = {
  schema: z.strictObject({ t: z.int().min(0), gates: z.array(gate), denials: z.array(denial) }),
  next: ({ t, gates, denials }: Message): Message => {
    const said = (denials as readonly Message[]).map(({ t: at, symbol, signalId, ...columns }) => {
      return { t: at, symbol, signalId, trip: '', ...columns };
    });
    return { t, gates, denials: said };
  },
};
