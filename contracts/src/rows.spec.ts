import { describe, expect, it } from '@jest/globals';
import {
  STATE_WIDTH,
  cash,
  epochMs,
  fillId,
  newBarSlice,
  newStateSlice,
  orderId,
  price,
  quantityFromShares,
  signalId,
  ticker,
  type Denial,
  type Fill,
  type GateFigure,
  type Order,
  type OrderEvent,
  type Signal,
} from '@aitrader/model';
import {
  barRow,
  denialRow,
  fillRow,
  flushRows,
  newRowBuffer,
  orderEventRow,
  orderRow,
  signalRow,
  stateRow,
  type RowBuffer,
} from './index.ts';

/** The bytes that rows come to, whatever pieces they were flushed in. */
function bytesOf(write: (rows: RowBuffer) => void): Uint8Array {
  const pieces: Uint8Array[] = [];
  const rows = newRowBuffer((bytes) => pieces.push(Uint8Array.from(bytes)));
  write(rows);
  flushRows(rows);
  return Uint8Array.from(Buffer.concat(pieces));
}

type Word = number | string;

/** The format, word by word: a number is a double, text in `ascii` fills up whole words with zeros. */
function words(...values: readonly Word[]): Uint8Array {
  const parts = values.map((value) => {
    if (typeof value === 'string')
      return Uint8Array.from(Buffer.from(value.padEnd(Math.ceil(value.length / 8) * 8, '\0'), 'latin1'));
    const word = new DataView(new ArrayBuffer(8));
    word.setFloat64(0, value, true);
    return new Uint8Array(word.buffer);
  });
  return Uint8Array.from(Buffer.concat(parts));
}

const T = epochMs(1_767_366_060_000);
const BRK = ticker('BRK.B');
const SYMBOL = 'BRK.B\0\0\0\0\0\0\0\0\0\0\0';
const SIGNAL = signalId(T, BRK, 'breakout');
const ORDER = orderId(SIGNAL);

const REASON = { gate: 'KELLY', value: -1, limit: 2, unit: 'cash', comparison: 'sizes' } as const;
const DENIAL: Denial = { t: T, symbol: BRK, signalId: SIGNAL, trip: '', ...REASON, gates: [REASON] };
const EVENT: OrderEvent = {
  t: T,
  orderId: ORDER,
  symbol: BRK,
  leg: 'stop',
  kind: 'canceled',
  remaining: quantityFromShares(0),
  reason: '',
};
const FILL: Fill = {
  id: fillId(ORDER, 'entry', 1),
  t: T,
  orderId: ORDER,
  symbol: BRK,
  leg: 'entry',
  side: 'buy',
  quantity: quantityFromShares(20),
  price: price(4_990_199),
  fee: cash(-70_000),
  kind: 'execution',
  amends: null,
  pessimistic: true,
};
const APPROVED: Order = {
  id: ORDER,
  t: T,
  symbol: BRK,
  side: 'buy',
  quantity: quantityFromShares(20),
  type: 'market',
  timeInForce: 'day',
  reference: price(10),
  stop: price(8),
  target: price(12),
  exitAt: epochMs(T + 60_000),
  signalId: SIGNAL,
  gates: [],
};
const SIGNALLED: Signal = {
  id: SIGNAL,
  t: T,
  symbol: BRK,
  strategy: 'breakout',
  direction: -1,
  reference: price(10),
  stop: price(12),
  target: price(8),
  horizonMinutes: 60,
  holdMinutes: null,
  forward: { meanE8: -5, sdE8: 7, dofMilli: 5_000, quantilesE8: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] },
  velocityUpPpm: 250_000,
  volatilityE8: 9,
  regimePpm: [600_000, 300_000, 100_000],
  regime: 1,
  coverage95Ppm: 948_000,
  scored: 480,
  model: 'm/1',
  stateFlags: 2,
};

describe('the bytes of a row', () => {
  it('of a bar are t, symbol, prices, volume, flags', () => {
    const bars = { ...newBarSlice(0, '1m', 2), t: T, count: 2, symbols: [ticker('AAPL'), BRK] };
    for (const [i, name] of (['open', 'high', 'low', 'close', 'volume'] as const).entries()) bars[name].set([99, 100.25 + i], 0);
    bars.flags[1] = 0xffff_ffff;
    const row = words(T, SYMBOL, 100.25, 101.25, 102.25, 103.25, 104.25, 0xffff_ffff);
    expect(row).toHaveLength(9 * 8);
    // by hand: BRK.B in ASCII, and 100.25 = (1 + 0x91/0x100) · 2⁶
    expect(Buffer.from(row).toString('hex', 8, 32)).toBe('42524b2e4200000000000000000000000000000000105940');
    expect(bytesOf((rows) => barRow(rows, bars, 1))).toEqual(row);
  });

  it('of a state are t, symbol, 0 and the figures in 32 bits each, −0 as 0', () => {
    const states = { ...newStateSlice(0, 2), t: T, count: 2, symbols: [ticker('AAPL'), BRK] };
    const figures = Array.from({ length: STATE_WIDTH }, (_, c) => (c - 12) * 50_000_000);
    states.rows.set([...figures.map((value) => (value === 0 ? -0 : value))], STATE_WIDTH);
    const halves = new DataView(new ArrayBuffer(4 * (1 + STATE_WIDTH)));
    figures.forEach((figure, c) => halves.setInt32(4 * (1 + c), figure, true));
    const row = Buffer.concat([words(T, SYMBOL), new Uint8Array(halves.buffer)]);
    expect(row).toHaveLength(23 * 8);
    expect(Buffer.from(bytesOf((rows) => stateRow(rows, states, 1)))).toEqual(row);
  });

  it.each([2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER])(
    'of a state with %d are t, symbol, 1 and the figures as numbers',
    (wide) => {
      const states = { ...newStateSlice(0, 1), t: T, count: 1, symbols: [BRK] };
      const figures = Array.from({ length: STATE_WIDTH }, (_, c) => (c === 7 ? wide : -c));
      states.rows.set(figures);
      const row = Buffer.concat([
        words(T, SYMBOL),
        Buffer.of(1, 0, 0, 0, 0, 0, 0, 0),
        words(...figures.map((value) => value + 0)),
      ]);
      expect(Buffer.from(bytesOf((rows) => stateRow(rows, states, 0)))).toEqual(row);
    },
  );

  it('of a signal name every figure', () => {
    const id = [28, SIGNAL] as const;
    const quantiles = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];
    const expected = words(
      T,
      SYMBOL,
      ...id,
      8,
      'breakout',
      -1,
      10,
      12,
      8,
      60,
      -5,
      7,
      5_000,
      ...quantiles,
      250_000,
      9,
      600_000,
      300_000,
      100_000,
      1,
      948_000,
      480,
      3,
      'm/1',
      2,
    );
    expect(bytesOf((rows) => signalRow(rows, SIGNALLED))).toEqual(expected);
  });

  it('of a denial, an order event and a fill put the length before each text', () => {
    expect(bytesOf((rows) => denialRow(rows, DENIAL))).toEqual(
      words(T, SYMBOL, 28, SIGNAL, 1, 5, 'KELLY', -1, 2, 4, 'cash', 5, 'sizes'),
    );
    expect(bytesOf((rows) => orderEventRow(rows, EVENT))).toEqual(
      words(T, 30, ORDER, SYMBOL, 4, 'stop', 8, 'canceled', 0, 0, ''),
    );
    expect(bytesOf((rows) => fillRow(rows, FILL))).toEqual(
      words(
        T,
        30,
        ORDER,
        38,
        FILL.id,
        SYMBOL,
        5,
        'entry',
        3,
        'buy',
        20_000_000_000,
        4_990_199,
        -70_000,
        9,
        'execution',
        0,
        '',
        1,
      ),
    );
  });

  it('of an order say how many gates it passed before they name them', () => {
    const gates = [
      { gate: 'KELLY', value: 3, limit: 1, unit: 'cash', comparison: 'sizes' },
      { gate: 'SESSION', value: 359, limit: 20, unit: 'minutes', comparison: 'at-least' },
    ] as const;
    const head = [T, 30, ORDER, SYMBOL, 3, 'buy', 20_000_000_000, 10, 8, 12, T + 60_000, 6, 'market', 3, 'day', 28, SIGNAL];
    const passed = [
      [5, 'KELLY', 3, 1, 4, 'cash', 5, 'sizes'],
      [7, 'SESSION', 359, 20, 7, 'minutes', 8, 'at-least'],
    ];
    for (const count of [0, 1, 2]) {
      const order = { ...APPROVED, gates: gates.slice(0, count) };
      expect(bytesOf((rows) => orderRow(rows, order))).toEqual(words(...head, count, ...passed.slice(0, count).flat()));
    }
  });

  it('of text beyond ASCII are its UTF-8', () => {
    const reason = 'Übung \u{1f514}';
    const utf8 = Buffer.from(reason).toString('latin1');
    expect(utf8).toHaveLength(11);
    expect(bytesOf((rows) => orderEventRow(rows, { ...EVENT, reason }))).toEqual(
      words(T, 30, ORDER, SYMBOL, 4, 'stop', 8, 'canceled', 0, 11, utf8),
    );
  });
});

describe('a row', () => {
  it.each(['x', 'é', '\u{1f514}'])('holds the longest text that the wire allows, of %s', (character) => {
    const reason = character.repeat(4096);
    const utf8 = Buffer.from(reason);
    const bytes = bytesOf((rows) => {
      for (let i = 0; i < 5; i++) orderEventRow(rows, { ...EVENT, reason });
    });
    const short = bytesOf((rows) => orderEventRow(rows, EVENT));
    expect(bytes).toHaveLength(5 * (short.length + utf8.length));
    expect(Buffer.from(bytes.subarray(-utf8.length))).toEqual(utf8);
    expect(() => bytesOf((rows) => orderEventRow(rows, { ...EVENT, reason: `${reason}x` }))).toThrow('too long for a row');
  });

  it.each([NaN, Infinity, -Infinity])('cannot hold %d', (value) => {
    expect(() => bytesOf((rows) => denialRow(rows, { ...DENIAL, gates: [{ ...REASON, value }] }))).toThrow(
      `a row cannot hold ${value}`,
    );
    const states = { ...newStateSlice(0, 1), t: T, count: 1, symbols: [BRK] };
    states.rows[7] = value;
    expect(() => bytesOf((rows) => stateRow(rows, states, 0))).toThrow(`a row cannot hold ${value}`);
  });

  it('cannot hold half a surrogate pair, which would be any other half', () => {
    for (const reason of ['\ud83d', 'é\udd14']) {
      expect(() => bytesOf((rows) => orderEventRow(rows, { ...EVENT, reason }))).toThrow('half a surrogate pair');
    }
  });

  it('has its number of quantiles and regimes, neither fewer nor more', () => {
    const { forward } = SIGNALLED;
    for (const quantilesE8 of [[], forward.quantilesE8.slice(1), [...forward.quantilesE8, 14]]) {
      expect(() => bytesOf((rows) => signalRow(rows, { ...SIGNALLED, forward: { ...forward, quantilesE8 } }))).toThrow(
        RangeError,
      );
    }
    for (const regimePpm of [[], [1_000_000], [1, 2, 3, 4]]) {
      expect(() => bytesOf((rows) => signalRow(rows, { ...SIGNALLED, regimePpm }))).toThrow(RangeError);
    }
  });
});

describe('figures of gates', () => {
  const figure: GateFigure = REASON;
  const denied = (...gates: readonly GateFigure[]): Denial => ({ ...DENIAL, gates });
  const apart = (...denials: readonly Denial[]): string =>
    denials.map((denial) => Buffer.from(bytesOf((rows) => denialRow(rows, denial))).toString('hex')).join('');
  const together = (...denials: readonly Denial[]): string =>
    Buffer.from(bytesOf((rows) => denials.forEach((denial) => denialRow(rows, denial)))).toString('hex');

  it('are the same bytes the second time, whatever was said of the same gate before', () => {
    const said: Denial[] = [
      denied(figure, figure),
      denied({ ...figure, value: -0, limit: 1e300 }),
      denied({ ...figure, unit: figure.unit === 'count' ? 'cash' : 'count' }),
      denied({ ...figure, comparison: figure.comparison === 'at-least' ? 'at-most' : 'at-least' }),
      denied({ ...figure, gate: 'cloche 🔔 é' }, { ...figure, gate: 'cloche 🔔 é', value: 7 }),
      denied({ ...figure, gate: 'g'.repeat(300) }, { ...figure, gate: 'g'.repeat(300), value: 8 }),
      denied(figure),
    ];
    const many = Array.from({ length: 40 }, () => said).flat();
    expect(together(...many) === apart(...many)).toBe(true);
  });

  it('are the same bytes in lists that come again, whatever one of them changes', () => {
    const list = Array.from({ length: 60 }, (_, i): GateFigure => ({ ...figure, gate: `GATE_${i}`, value: i }));
    const changed = (change: Partial<GateFigure>): Denial =>
      denied(...list.map((one, i) => (i === 41 ? { ...one, ...change } : one)));
    const said: Denial[] = [
      denied(...list),
      changed({ value: -7, limit: 1e15 }),
      changed({ gate: 'ANOTHER' }),
      changed({ unit: figure.unit === 'count' ? 'cash' : 'count' }),
      changed({ comparison: figure.comparison === 'at-least' ? 'at-most' : 'at-least' }),
      denied(...list.slice(0, 59)),
      denied(...list, ...list),
      denied(),
      denied(...Array.from({ length: 20 }, () => list).flat()),
    ];
    const many = said.flatMap((one) => [one, one, one]);
    expect(together(...many, ...said) === apart(...many, ...said)).toBe(true);
  });

  it('are refused the second time, too, where they are no numbers', () => {
    for (const wrong of [{ value: Number.NaN }, { limit: Infinity }])
      expect(() => together(denied(figure), denied({ ...figure, ...wrong }))).toThrow(RangeError);
  });
});

describe('the buffer of rows', () => {
  it('hands over nothing when it holds nothing', () => {
    let pieces = 0;
    const rows = newRowBuffer(() => (pieces += 1));
    flushRows(rows);
    denialRow(rows, DENIAL);
    expect(pieces).toBe(0);
    flushRows(rows);
    flushRows(rows);
    expect(pieces).toBe(1);
  });
});
