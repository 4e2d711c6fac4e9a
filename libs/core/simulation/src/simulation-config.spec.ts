import { describe, expect, it } from '@jest/globals';
import type { SimulationConfig } from '@aitrader/model';
import { newSimulatedBroker, SimulationConfigError } from './index.ts';

const FREE: SimulationConfig = {
  halfSpreadBpRegular: 0,
  halfSpreadBpExtended: 0,
  impactBp: 0,
  participationMax: 1,
  feePerShareDollars: 0,
};

describe('the simulated broker: its configuration', () => {
  it.each([
    ['participationMax', 0],
    ['participationMax', 1.01],
    ['participationMax', NaN],
    ['impactBp', -1],
    ['halfSpreadBpRegular', NaN],
    ['feePerShareDollars', Infinity],
  ])('refuses %s of %d', (name, value) => {
    expect(() => newSimulatedBroker({ ...FREE, [name]: value })).toThrow(SimulationConfigError);
  });
});
