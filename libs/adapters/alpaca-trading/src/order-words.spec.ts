import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { readingOfEvent, readingOfStatus } from './index.ts';

const OPEN_API = referencePath('specs/alpaca-trading.openapi.json');
const SAMPLES = referencePath('specs/samples/alpaca/stream_trading');
/** Known words of which nobody says what they mean for the order. */
const LEFT_IN_DOUBT = new Set(['suspended', 'restated']);

describe('the broker’s words for orders', () => {
  it('are read as what they are', () => {
    expect(readingOfStatus('held')).toBe('held');
    expect(readingOfStatus('partially_filled')).toBe('new');
    expect(readingOfStatus('done_for_day')).toBe('done');
    expect(readingOfEvent('accepted')).toBe('accepted');
    expect(readingOfEvent('fill')).toBe('execution');
    expect(readingOfEvent('trade_bust')).toBe('bust');
    expect(readingOfEvent('order_cancel_rejected')).toBe('pending');
  });

  it('are in doubt when they are not known, whatever they are called', () => {
    for (const word of ['', 'FILL', 'vaporised', 'constructor', '__proto__', 'toString']) {
      expect(readingOfStatus(word)).toBe('other');
      expect(readingOfEvent(word)).toBe('other');
    }
  });

  it('a status tells of no trade', () => {
    for (const status of ['filled', 'partially_filled']) expect(readingOfStatus(status)).not.toBe('execution');
  });

  itAgainst(OPEN_API, 'have a reading for every status of the API’s own description', () => {
    const document = z
      .object({ components: z.object({ schemas: z.object({ OrderStatus: z.object({ enum: z.array(z.string()) }) }) }) })
      .parse(JSON.parse(readFileSync(OPEN_API, 'utf8')));
    const statuses = document.components.schemas.OrderStatus.enum;
    expect(statuses.length).toBeGreaterThan(16);
    for (const status of statuses) {
      expect([status, readingOfStatus(status) === 'other']).toEqual([status, LEFT_IN_DOUBT.has(status)]);
    }
  });

  itAgainst(SAMPLES, 'have a reading for every event of the samples', () => {
    const events = readdirSync(SAMPLES).flatMap((file) => {
      const { event } = z
        .object({ data: z.object({ event: z.string() }) })
        .transform(({ data }) => data)
        .catch({ event: '' })
        .parse(JSON.parse(readFileSync(path.join(SAMPLES, file), 'utf8')));
      return event === '' ? [] : [event];
    });
    expect(new Set(events).size).toBeGreaterThan(14);
    for (const event of events) expect([event, readingOfEvent(event) === 'other']).toEqual([event, LEFT_IN_DOUBT.has(event)]);
  });
});
