import type { Atr } from '@aitrader/core-features';
import { read } from '@aitrader/model';
import type { Sight } from './sight.ts';
import { aNumber, aWindow, ofPosition, parameterOf, type Considered } from './strategy-kind.ts';

/** The parameters of stops and targets so many average true ranges away, in whose memory there is an `atr`. */
export const STOPS_BY_RANGE = {
  atrBars: aWindow('bars of the average true range', 14, 1, 100_000),
  stopAtr: ofPosition(aNumber('average true ranges from the reference to the stop', 4, 1e-6, 1e6)),
  targetAtr: ofPosition(aNumber('average true ranges from the reference to the target', 8, 1e-6, 1e6)),
};

type WithRange = Considered<{ readonly atr: Atr }>;

const ranges = (of: WithRange, { slot }: Sight, name: 'stopAtr' | 'targetAtr'): number =>
  parameterOf(of, name) * read(of.memory.atr.value, slot);

export const stopByRange = (of: WithRange, sight: Sight): number => ranges(of, sight, 'stopAtr');
export const targetByRange = (of: WithRange, sight: Sight): number => ranges(of, sight, 'targetAtr');
