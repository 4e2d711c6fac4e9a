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
    /** at 1, 2.5, 5, 10, 25, 50, 75, 90, 95, 97.5 and 99 % */
    quantilesE8: z.array(e8).length(11),
  }),
  velocityUpPpm: ppm,
  volatilityE8: z.int().min(0),
  /** calm, turbulent */
  regimePpm: z.array(ppm).length(2),
  model: text,
  stateFlags: z.int().min(0).max(0xffff_ffff),
});
const schema = z.strictObject({ t: epochMs, shard: z.int().min(0), signals: z.array(signal) });

/** Places of the regimes in the next version, which has a normal one between them. */
const CALM = 0;
const TURBULENT = 2;
/** the flag of the next version that says that figures are missing */
const PARTIAL = 32;

/** The outermost quantiles are those that there were; nothing was scored, and the state's flags say that something is missing. */
export const signalsV1: ReleasedVersion = {
  schema,
  next: (message: Message): Message => {
    const signals = schema.parse(message).signals.map((then) => {
      const { quantilesE8 } = then.forward;
      const [calm = 0, turbulent = 0] = then.regimePpm;
      const forward = { ...then.forward, quantilesE8: [...quantilesE8.slice(0, 1), ...quantilesE8, ...quantilesE8.slice(-1)] };
      const { model, stateFlags, ...rest } = { ...then, forward, regimePpm: [calm, 0, turbulent] };
      const scored = { regime: calm >= turbulent ? CALM : TURBULENT, coverage95Ppm: 0, scored: 0 };
      return { ...rest, ...scored, model, stateFlags: (stateFlags | PARTIAL) >>> 0 };
    });
    return { ...message, signals };
  },
};
