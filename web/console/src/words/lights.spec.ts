import { describe, expect, it } from '@jest/globals';
import type { Beat, MarketPart } from '@aitrader/application-console';
import { busLight, dataLight, servicesLight } from './lights.ts';

const BEAT: Beat = {
  ...{ now: 0, bus: { connected: true, since: 0 }, database: 'none', stored: 1, read: 1, isGoingOn: true, services: [] },
};
const service = (status: string | null): Beat['services'][number] => ({
  ...{ stage: 'risk', status, pid: 1, instances: [], work: null, troubles: null },
});

describe('lights', () => {
  it.each([
    [null, 'good', 'played'],
    [0, 'good', 'D0'],
    [2, 'warn', 'D2'],
    [3, 'bad', 'D3'],
  ] as const)('of data at %s', (dataLevel, tone, words) => {
    expect(dataLight({ market: { dataLevel } as MarketPart })).toEqual({ name: 'data', tone, words });
  });

  it('of the bus: what is not heard is not said to be connected', () => {
    expect(busLight({ beat: BEAT, hearing: 'lost' })).toMatchObject({ tone: 'warn', words: 'not heard' });
    expect(busLight({ beat: BEAT, hearing: 'open' })).toMatchObject({ tone: 'good' });
    expect(busLight({ beat: { ...BEAT, bus: { connected: false, since: 1 } }, hearing: 'open' })).toMatchObject({ tone: 'bad' });
  });

  it('of services: one that is silent is bad', () => {
    expect(servicesLight({ beat: { ...BEAT, services: [service('running'), service(null)] } })).toMatchObject({
      ...{ tone: 'bad', words: '1/2' },
    });
    expect(servicesLight({ beat: { ...BEAT, isGoingOn: false } })).toMatchObject({ tone: 'quiet', words: 'none run' });
  });
});
