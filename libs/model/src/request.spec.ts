import { describe, expect, it } from '@jest/globals';
import { ids, REQUEST_ID_MAX, requestId } from './index.ts';

describe('the id of a request', () => {
  it('says its order, leg and number', () => {
    expect(requestId('run-1.', ids.order('o.1.AAPL.trend'), 'entry', 0)).toBe('run-1.o.1.AAPL.trend.entry.0');
  });

  it('is no longer than brokers take, and tells long orders apart by all of them', () => {
    const long = 'x'.repeat(300);
    const made = ['a', 'b'].map((end) => requestId('run-1.', ids.order(long + end), 'target', 123_456));
    for (const id of made) expect(id.length).toBeLessThanOrEqual(REQUEST_ID_MAX);
    expect(new Set(made).size).toBe(2);
    expect(made[0]).toMatch(/^run-1\.x+~[0-9a-f]{8}\.target\.123456$/);
  });
});
