/**
 * 1. The bytes depend on the rows and their order only, never on where the buffer was flushed.
 * 2. Two rows of a kind that differ in anything differ in bytes; −0 and 0 are the same number.
 * 3. What a row cannot say exactly is refused: NaN, infinity, half a surrogate pair, text beyond its bound.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { item, type Denial, type Fill, type Order, type OrderEvent, type Signal } from '@aitrader/model';
import {
  barRow,
  decodeDenials,
  decodeFills,
  decodeOrderEvents,
  decodeOrders,
  decodeSignals,
  denialRow,
  fillRow,
  flushRows,
  newRowBuffer,
  orderEventRow,
  orderRow,
  signalRow,
  stateRow,
  type Fact,
  type RowBuffer,
} from './index.ts';
import { someMessage } from '../testing/arbitrary-messages.ts';
import { bytesOf, decodedBars, decodedStates } from '../testing/codec-of.ts';

type Write = (rows: RowBuffer) => void;
/** A row to write, and all that it says, as text. */
interface Row {
  readonly write: Write;
  readonly says: string;
}

const KINDS = {
  bars: (payload: Uint8Array): Row[] => {
    const bars = decodedBars(payload);
    const says = (i: number): unknown[] => [
      bars.t,
      bars.symbols[i],
      ...[bars.open, bars.high, bars.low, bars.close, bars.volume, bars.flags].map((column) => column[i]),
    ];
    return bars.symbols.map((_, i) => ({ write: (rows) => barRow(rows, bars, i), says: JSON.stringify(says(i)) }));
  },
  states: (payload: Uint8Array): Row[] => {
    const states = decodedStates(payload);
    const width = states.rows.length / Math.max(1, states.count);
    const says = (i: number): unknown[] => [states.t, states.symbols[i], ...states.rows.subarray(i * width, (i + 1) * width)];
    return states.symbols.map((_, i) => ({ write: (rows) => stateRow(rows, states, i), says: JSON.stringify(says(i)) }));
  },
  signals: (payload: Uint8Array): Row[] => rowsOf<Signal>(decodeSignals(payload).signals, signalRow),
  orders: (payload: Uint8Array): Row[] => rowsOf<Order>(decodeOrders(payload).orders, orderRow),
  denials: (payload: Uint8Array): Row[] => rowsOf<Denial>(decodeDenials(payload).denials, denialRow),
  'order-events': (payload: Uint8Array): Row[] => rowsOf<OrderEvent>(decodeOrderEvents(payload).events, orderEventRow),
  fills: (payload: Uint8Array): Row[] => rowsOf<Fill>(decodeFills(payload).fills, fillRow),
} as const satisfies Partial<Record<Fact, (payload: Uint8Array) => Row[]>>;

const rowsOf = <T>(said: readonly T[], row: (rows: RowBuffer, one: T) => void): Row[] =>
  said.map((one) => ({ write: (rows) => row(rows, one), says: JSON.stringify(one) }));

type Kind = keyof typeof KINDS;
const KIND_NAMES: readonly Kind[] = ['bars', 'states', 'signals', 'orders', 'denials', 'order-events', 'fills'];

const someRows = (kind: Kind): fc.Arbitrary<Row[]> =>
  someMessage(kind).map((message) => KINDS[kind](bytesOf(JSON.stringify(message))));

/** Bytes of rows that are written one after the other; `flushAfter` says after which the buffer is emptied. */
function written(rows: readonly Row[], flushAfter: (i: number) => boolean = () => false): string {
  const pieces: Buffer[] = [];
  const buffer = newRowBuffer((bytes) => pieces.push(Buffer.from(bytes)));
  rows.forEach(({ write }, i) => {
    write(buffer);
    if (flushAfter(i)) flushRows(buffer);
  });
  flushRows(buffer);
  return Buffer.concat(pieces).toString('latin1');
}

describe.each(KIND_NAMES)('rows of %s, whatever they say', (kind) => {
  it('1. have the bytes that they have one by one, wherever the buffer was flushed', () => {
    fc.assert(
      fc.property(someRows(kind), fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.boolean()), (rows, times, flushes) => {
        const many = Array.from({ length: times }, () => rows).flat();
        const apart = many.map((row) => written([row])).join('');
        expect(written(many) === apart).toBe(true);
        expect(written(many, () => flushes.next().value === true) === apart).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('2. differ in bytes when they differ in anything', () => {
    fc.assert(
      fc.property(someRows(kind), someRows(kind), (some, others) => {
        const rows = [...some, ...others];
        const bytes = rows.map((row) => written([row]));
        for (const [i, one] of rows.entries()) {
          for (const [j, other] of rows.entries()) expect(item(bytes, i) === item(bytes, j)).toBe(one.says === other.says);
        }
      }),
    );
  });

  it('2. can be told apart in a sequence: none begins as another whole one does', () => {
    fc.assert(
      fc.property(someRows(kind), someRows(kind), (some, others) => {
        for (const one of some.map((row) => written([row]))) {
          for (const other of others.map((row) => written([row]))) if (one !== other) expect(other.startsWith(one)).toBe(false);
        }
      }),
    );
  });
});

describe('texts side by side', () => {
  const someEdge = fc.string({ unit: fc.constantFrom('a', 'b', '\0', 'é', '\u{1f514}'), maxLength: 18 });
  const write = (signalId: string, gate: string): string => {
    const denials = `{"t":1,"denials":[{"t":1,"symbol":"BRK.B","signalId":${JSON.stringify(signalId)},"gate":${JSON.stringify(gate)},"value":1,"limit":2,"unit":"cash"}]}`;
    return written(KINDS.denials(bytesOf(denials)));
  };

  it('2. are another row when the boundary between them moves', () => {
    fc.assert(
      fc.property(someEdge, fc.nat({ max: 18 }), fc.nat({ max: 18 }), (text, one, other) => {
        const characters = Array.from(`x${text}`);
        const split = (at: number): [string, string] => [characters.slice(0, at + 1).join(''), characters.slice(at + 1).join('')];
        const same = split(one)[0] === split(other)[0];
        expect(write(...split(one)) === write(...split(other))).toBe(same);
      }),
    );
  });

  it('2. are another row when zeros stand where the padding would', () => {
    expect(new Set(['a', 'a\0', 'a\0\0', 'a\0\0\0\0\0\0\0', 'a\0\0\0\0\0\0\0\0'].map((text) => write('s', text))).size).toBe(5);
  });
});
