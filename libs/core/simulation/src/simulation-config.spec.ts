import { describe, expect, it } from '@jest/globals';
import { COSTS_BEFORE_KEYS, type SimulationConfig } from '@aitrader/model';
import { newSimulatedBroker, SimulationConfigError } from './index.ts';

const FREE: SimulationConfig = {
  halfSpreadBpRegular: 0,
  halfSpreadBpExtended: 0,
  impactBp: 0,
  participationMax: 1,
  feePerShareDollars: 0,
  ...COSTS_BEFORE_KEYS,
};

describe('the simulated broker: its configuration', () => {
  it.each([
    ['participationMax', 0],
    ['participationMax', 1.01],
    ['participationMax', NaN],
    ['impactBp', -1],
    ['halfSpreadBpRegular', NaN],
    ['feePerShareDollars', Infinity],
    ['slippageBp', -1],
    ['latencyMs', NaN],
    ['halfSpreadFloorBp', -0.1],
    ['borrowRatePerYear', -1],
    ['spreadSessions', 0],
    ['spreadSessions', 1.5],
  ])('refuses %s of %d', (name, value) => {
    expect(() => newSimulatedBroker({ ...FREE, [name]: value })).toThrow(SimulationConfigError);
  });
});
