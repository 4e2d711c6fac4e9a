import { z } from 'zod';
import type { Message, ReleasedVersion } from './released-version.ts';

const epochMs = z.int().min(0);
const price = z.int().min(0);
const e8 = z.int();
const ppm = z.int().min(0).max(1_000_000);
const wellFormed = z.string().regex(/^[^\ud800-\udfff]*$/u);
const text = wellFormed.max(4096);

const signal = z.strictObject({
  id: wellFormed.min(1).max(128),
  t: epochMs,
  symbol: z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/),
  strategy: text,
  direction: z.literal([1, -1]),
  reference: price,
  stop: price,
  target: price,
  horizonMinutes: z.int().min(1),
  forward: z.strictObject({
    meanE8: e8,
    sdE8: e8.min(0),
    dofMilli: z.int().min(0),
    /** at 0.5, 1, 2.5, 5, 10, 25, 50, 75, 90, 95, 97.5, 99 and 99.5 % */
    quantilesE8: z.array(e8).length(13),
  }),
  velocityUpPpm: ppm,
  volatilityE8: z.int().min(0),
  /** calm, normal, turbulent */
  regimePpm: z.array(ppm).length(3),
  regime: z.int().min(0).max(2),
  coverage95Ppm: ppm,
  scored: z.int().min(0),
  model: text,
  stateFlags: z.int().min(0).max(0xffff_ffff),
});
const schema = z.strictObject({ t: epochMs, shard: z.int().min(0), signals: z.array(signal) });

/** A position was held as long as the hours it was entered in let it be, and no strategy could ask for it to be left. */
export const signalsV2: ReleasedVersion = {
  schema,
  next: (message: Message): Message => {
    const signals = schema.parse(message).signals.map(({ horizonMinutes, forward, ...then }) => {
      const { id, t, symbol, strategy, direction, reference, stop, target, ...rest } = then;
      const head = { id, t, symbol, strategy, direction, reference, stop, target, horizonMinutes, holdMinutes: null };
      return { ...head, forward, ...rest };
    });
    return { ...message, signals, exits: [] };
  },
};
