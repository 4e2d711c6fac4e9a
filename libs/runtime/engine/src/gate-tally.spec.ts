import { expect, it } from '@jest/globals';
import { epochMs, ids, ticker, type Denial, type GateFigure } from '@aitrader/model';
import { newGateTally } from './gate-tally.ts';

const gate = (name: string, value: number): GateFigure => ({ gate: name, value, limit: 0, unit: 'count', comparison: 'at-most' });
const denied = (reason: string, values: Readonly<Record<string, number>>): Denial => ({
  ...{ t: epochMs(1), symbol: ticker('IBM'), signalId: ids.signal('s'), trip: '' },
  ...gate(reason, 1),
  gates: Object.entries(values).map(([name, value]) => gate(name, value)),
});

it('counts of each gate the denials that it was the reason of, and all that it refused, in the order of the gates', () => {
  const tally = newGateTally();
  tally.add(denied('B', { A: 0, B: 1, C: 1 }));
  tally.add(denied('C', { A: 0, B: 0, C: 2 }));
  expect(tally.current()).toEqual([
    { gate: 'B', denials: 1, refusals: 1 },
    { gate: 'C', denials: 1, refusals: 2 },
  ]);
});
