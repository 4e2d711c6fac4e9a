import { describe, expect, it } from '@jest/globals';
import { FREE } from '../test/given-broker.ts';
import { newSimulatedBroker, SimulationConfigError } from './index.ts';

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
