import { describe, expect, it } from '@jest/globals';
import { brokerEnvironment } from './broker-environment.ts';

const CLOCK = JSON.stringify({ shows: '2024-07-02T09:00:00-04:00', at: 0, speed: 30 });

describe('the environment of a broker', () => {
  it('has no rehearsal with one that is elsewhere', () => {
    for (const url of [undefined, 'https://paper-api.alpaca.markets', 'https://exchange.example'])
      expect(() => brokerEnvironment({ AITRADER_CLOCK: CLOCK, AITRADER_BROKER_URL: url }, false)).toThrow('AITRADER_CLOCK');
    const here = 'http://127.0.0.1:8765/';
    expect(brokerEnvironment({ AITRADER_CLOCK: CLOCK, AITRADER_BROKER_URL: here }, false).url).toBe('http://127.0.0.1:8765');
    expect(brokerEnvironment({}, false).url).toBeUndefined();
  });

  it('looks at the age of entries, but for bars that are played', () => {
    expect(brokerEnvironment({}, false).limits.ageMsMax).toBe(10_000);
    expect(brokerEnvironment({ AITRADER_BROKER_URL: 'http://127.0.0.1:1' }, true).limits.ageMsMax).toBe(0);
  });
});
