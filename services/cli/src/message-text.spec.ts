import { describe, expect, it } from '@jest/globals';
import type { ShownMessage } from '@aitrader/application-recordings';
import { runId } from '@aitrader/model';
import { messageText } from './message-text.ts';

const HEAD = {
  run: runId('paper-1'),
  seq: 7,
  subject: 'at.paper-1.bars.v1.0',
  fact: 'bars',
  version: 1,
  id: 'paper-1/ingest/0/1720014900000/bars',
  stored: '2026-01-02T03:04:05.006Z',
  bytes: 1234,
  saidAs: null,
  recorded: null,
  problem: null,
} as const satisfies Omit<ShownMessage, 'payload'>;

const WORDS = new Map([
  ['t', 'close of the interval'],
  ['open', 'opens, USD a share'],
  ['close', 'closes, USD a share'],
  ['flags', 'bits'],
  ['orders.*.quantity', '1e-9 share'],
  ['orders.*.forward.meanE8', '1e-8'],
  ['orders.*.gates.*.limit', 'in the unit'],
]);
const T = 1_720_014_900_000;
const SLICE = { t: T, shard: 0, symbols: ['AAPL', 'BRK.B'], open: [1.5, 200.25], close: [1.25, 201], flags: [0, 16] };

const shown = (payload: ShownMessage['payload'], width = 100, more: Partial<ShownMessage> = {}): string[] =>
  messageText({ ...HEAD, ...more, payload }, WORDS, width).split('\n');

describe('a message, as people read it', () => {
  it('says what it is, where it stands and when it was stored', () => {
    expect(shown(SLICE).slice(0, 4)).toEqual([
      'message 7 of paper-1, bars of version 1',
      'subject  at.paper-1.bars.v1.0',
      'stored   2026-01-02T03:04:05.006Z, 1,234 bytes, id paper-1/ingest/0/1720014900000/bars',
      '',
    ]);
  });

  it('says in whose words it is when it is of an earlier version', () => {
    expect(shown(SLICE, 100, { saidAs: 2 })[0]).toBe('message 7 of paper-1, bars of version 1, as version 2 says it');
  });

  it('has the lines of a list that stands inside of another field, too', () => {
    const doubt = { standing: 'known', breaks: [{ id: 'cash.1', since: T }], holds: [] };
    expect(shown({ t: T, doubt }, 100, { fact: 'order-events' }).slice(4)).toEqual([
      't               1720014900000, 2024-07-03T13:55:00Z  close of the interval',
      'doubt.standing  known',
      'doubt.holds     none',
      '',
      'doubt.breaks 1 of 1',
      '  id     cash.1',
      '  since  1720014900000, 2024-07-03T13:55:00Z',
    ]);
  });

  it('of a slice is a table by symbol, with what the columns mean', () => {
    expect(shown(SLICE).slice(4)).toEqual([
      't      1720014900000, 2024-07-03T13:55:00Z  close of the interval',
      'shard  0',
      '',
      'symbol    open  close  flags',
      'AAPL       1.5   1.25      0',
      'BRK.B   200.25    201     16',
      '',
      'open   opens, USD a share',
      'close  closes, USD a share',
      'flags  bits',
    ]);
  });

  it('of a slice says what is missing and what changed before its table', () => {
    const revisions = [{ t: T - 60_000, symbol: 'AAPL', close: 1.125 }];
    const text = shown({ t: T, gaps: [], revisions, symbols: ['AAPL', 'BRK.B'], close: [1.25, 201] }).slice(4);
    expect(text.slice(0, 8)).toEqual([
      't     1720014900000, 2024-07-03T13:55:00Z  close of the interval',
      'gaps  none',
      '',
      'revisions 1 of 1',
      '  t       1720014840000, 2024-07-03T13:54:00Z',
      '  symbol  AAPL',
      '  close   1.125',
      '',
    ]);
    expect(text[8]).toBe('symbol  close');
  });

  it('of a slice takes as many tables as the width asks for, and loses no column', () => {
    for (const width of [1, 14, 16, 22, 40]) {
      const tables = shown(SLICE, width).slice(6, -4);
      const heads = tables.filter((line) => line.startsWith('symbol'));
      expect(heads.flatMap((line) => line.split(/ +/).slice(1))).toEqual(['open', 'close', 'flags']);
      if (width >= 14) for (const line of tables) expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  it('of a slice with one symbol has a line for each figure', () => {
    const one = { t: T, symbols: ['AAPL'], open: [1.5], close: [1.25] };
    expect(shown(one).slice(6)).toEqual([
      'symbols  AAPL',
      'open     1.5   opens, USD a share',
      'close    1.25  closes, USD a share',
    ]);
    expect(shown({ t: T, symbols: [], open: [] }).at(-1)).toBe('no symbols');
  });

  it('of a list has a block for each element, and for each list within', () => {
    const order = {
      symbol: 'AAPL',
      quantity: 5,
      forward: { meanE8: -3 },
      regimePpm: [1, 2],
      gates: [{ gate: 'SESSION', limit: 20 }],
    };
    expect(shown({ t: T, orders: [order], denials: [] }, 100, { fact: 'orders' }).slice(5)).toEqual([
      'denials  none',
      '',
      'orders 1 of 1',
      '  symbol          AAPL',
      '  quantity        5     1e-9 share',
      '  forward.meanE8  -3    1e-8',
      '  regimePpm       1 2',
      '',
      '  gates 1 of 1',
      '    gate   SESSION',
      '    limit  20       in the unit',
    ]);
  });

  it('that cannot be read is shown as it was stored, with the reason', () => {
    const broken = { problem: 'bars message: t is missing', recorded: { x: 1 } };
    expect(shown(null, 100, broken).slice(4)).toEqual(['cannot be read: bars message: t is missing', '', '{', ' "x": 1', '}']);
    expect(shown(null, 100, { ...broken, recorded: 'AAE=' }).at(-1)).toBe('AAE=');
    expect(shown(null, 100, { fact: null, version: null })[0]).toBe('message 7 of paper-1, of no fact that is known here');
  });

  it('names the symbols of a command as one of its fields', () => {
    const command = { t: T, kind: 'flatten', symbols: ['AAPL', 'BRK.B'] };
    expect(shown(command, 100, { fact: 'control' }).slice(5)).toEqual(['kind     flatten', 'symbols  AAPL BRK.B']);
  });

  it('does nothing to a terminal', () => {
    const text =
      shown({ t: T, reason: '\u001b[2Jgone\r\n' }, 100, { fact: 'control' }).join('\n') +
      shown(null, 100, { recorded: '\u001b[2J' }).join('\n');
    expect(text).not.toContain('\u001b');
    expect(text).toContain('"\\u001b[2Jgone\\r\\n"');
  });
});
