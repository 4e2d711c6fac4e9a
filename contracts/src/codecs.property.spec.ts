import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AT,
  STATE_COLUMNS,
  STATE_WIDTH,
  TIMEFRAMES,
  epochMs,
  newBarSlice,
  newStateSlice,
  ticker,
  type BarSlice,
  type StateSlice,
  newControl,
  type Control,
} from '@aitrader/model';
import {
  ContractError,
  FACTS,
  decodeControl,
  decodeFills,
  decodeManifest,
  decodeSignals,
  decodeStates,
  encodeBars,
  encodeControl,
  encodeStates,
  validate,
} from './index.ts';
import { someFigures, someMessage, someTickers } from '../testing/arbitrary-messages.ts';
import { RECODE, bytesOf, decodedBars, decodedStates } from '../testing/codec-of.ts';

const someSymbols = someTickers.map((symbols) => symbols.map(ticker));
const someT = fc.maxSafeNat().map(epochMs);
const dollars = fc.double({ noNaN: true, noDefaultInfinity: true });
const column = (of: fc.Arbitrary<number>, length: number): fc.Arbitrary<number[]> =>
  fc.array(of, { minLength: length, maxLength: length });
const withoutMinusZero = (values: Float64Array): Float64Array => values.map((value) => value + 0);

/** A slice with room for more bars than it holds, and old bars in that room. */
const someBars: fc.Arbitrary<BarSlice> = someSymbols.chain((symbols) =>
  fc
    .record({
      t: someT,
      timeframe: fc.constantFrom(...TIMEFRAMES),
      shard: fc.maxSafeNat(),
      spare: fc.nat({ max: 2 }),
      columns: fc.tuple(...Array.from({ length: 5 }, () => column(dollars, symbols.length + 2))),
      flags: column(fc.integer({ min: 0, max: 0xffff_ffff }), symbols.length + 2),
    })
    .map(({ t, timeframe, shard, spare, columns, flags }) => {
      const capacity = symbols.length + spare;
      const [open, high, low, close, volume] = columns.map((values) => Float64Array.from(values.slice(0, capacity)));
      const slice = {
        ...newBarSlice(shard, timeframe, 0),
        t,
        count: symbols.length,
        flags: Uint32Array.from(flags.slice(0, capacity)),
      };
      const stale = Array.from({ length: spare }, () => ticker('STALE'));
      return Object.assign(slice, { open, high, low, close, volume, symbols: [...symbols, ...stale] });
    }),
);

const someStates: fc.Arbitrary<StateSlice> = someSymbols.chain((symbols) =>
  fc
    .record({
      t: someT,
      shard: fc.maxSafeNat(),
      model: fc.string({ unit: 'binary' }),
      rows: fc.oneof(
        someFigures(symbols.length).map((rows) => rows.flat()),
        column(fc.maxSafeInteger(), symbols.length * STATE_WIDTH),
      ),
    })
    .map(({ t, shard, model, rows }) => ({ t, shard, model, count: symbols.length, symbols, rows: Float64Array.from(rows) })),
);

describe('codecs, whatever the facts', () => {
  it.each(FACTS)('%s of any content is read and written back byte for byte', (fact) => {
    fc.assert(
      fc.property(someMessage(fact), (message) => {
        if (fact === 'order-events') message.fills = Number(message.fills) % 7;
        if (fact === 'orders') message.denials = Number(message.denials) % 7;
        const wire = JSON.stringify(message);
        expect(RECODE[fact](bytesOf(wire))).toBe(wire);
      }),
    );
  });

  it('what is read is what was said', () => {
    const cases = {
      manifest: decodeManifest,
      signals: decodeSignals,
      fills: decodeFills,
      control: decodeControl,
    } as const;
    for (const fact of ['manifest', 'signals', 'fills', 'control'] as const) {
      fc.assert(
        fc.property(someMessage(fact), (message) => {
          const wire = JSON.stringify(message);
          expect(cases[fact](bytesOf(wire))).toEqual(JSON.parse(wire));
        }),
      );
    }
  });

  it('bars come back as they were, −0 as 0, whatever the slice held before', () => {
    fc.assert(
      fc.property(someBars, someBars, (bars, into) => {
        const read = decodedBars(bytesOf(encodeBars(bars)), into);
        const { count } = bars;
        expect(read).toMatchObject({ t: bars.t, timeframe: bars.timeframe, shard: bars.shard, count });
        expect(read.symbols).toEqual(bars.symbols.slice(0, count));
        for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) {
          expect(read[name].subarray(0, count)).toEqual(withoutMinusZero(bars[name].subarray(0, count)));
        }
        expect(read.flags.subarray(0, count)).toEqual(bars.flags.subarray(0, count));
      }),
    );
  });

  it('states come back as they were, −0 as 0, up to the largest exact integers', () => {
    fc.assert(
      fc.property(someStates, someStates, fc.boolean(), (states, into, negative) => {
        if (negative && states.rows.length > 0) states.rows[0] = -0;
        const read = decodedStates(bytesOf(encodeStates(states)), into);
        const { t, shard, model, count, symbols } = states;
        expect(read).toMatchObject({ t, shard, model, count, symbols });
        expect(read.rows.subarray(0, count * STATE_WIDTH)).toEqual(withoutMinusZero(states.rows));
      }),
    );
  });

  it('columns that are wanted come back as they were, whichever they are', () => {
    const someNames = fc.subarray(STATE_COLUMNS.map(({ name }) => name));
    fc.assert(
      fc.property(someStates, someNames, (states, names) => {
        const into = newStateSlice(0, 0);
        decodeStates(bytesOf(encodeStates(states)), into, new Set(names));
        expect(into.symbols).toEqual(states.symbols);
        for (let i = 0; i < states.count; i++)
          for (const name of names) {
            const at = i * STATE_WIDTH + AT[name];
            expect(into.rows[at]).toBe((states.rows[at] ?? NaN) + 0);
          }
      }),
    );
  });

  it('what cannot be said exactly is not said', () => {
    const someWrong = fc.constantFrom(NaN, Infinity, -Infinity);
    const someBeyond = fc.constantFrom(NaN, Infinity, 0.5, 2 ** 53);
    fc.assert(
      fc.property(
        someBars,
        someStates,
        someWrong,
        someBeyond,
        fc.nat({ max: STATE_WIDTH - 1 }),
        (bars, states, wrong, beyond, c) => {
          fc.pre(bars.count > 0 && states.count > 0);
          bars.close[bars.count - 1] = wrong;
          expect(() => encodeBars(bars)).toThrow(ContractError);
          states.rows[(states.count - 1) * STATE_WIDTH + c] = beyond;
          expect(() => encodeStates(states)).toThrow(ContractError);
        },
      ),
    );
  });

  it('symbols out of order are not written', () => {
    const bars = { ...newBarSlice(0, '1m', 2), count: 2, symbols: [ticker('BRK.B'), ticker('AAPL')] };
    const states = { ...newStateSlice(0, 2), count: 2, symbols: bars.symbols };
    for (const encode of [() => encodeBars(bars), () => encodeStates(states)]) {
      expect(encode).toThrow('symbols.1 AAPL does not come after BRK.B');
    }
  });

  it('a column shorter than its slice is not padded', () => {
    const short = { count: 2, symbols: [ticker('A'), ticker('B')] };
    expect(() => encodeBars({ ...newBarSlice(0, '1m', 1), ...short })).toThrow(RangeError);
    expect(() => encodeStates({ ...newStateSlice(0, 1), ...short })).toThrow('figures has 39 figures for 2 symbols');
  });

  it('control is written in one order of fields, whoever wrote it', () => {
    const said = newControl('resume', epochMs(1), 'a', 'r'.repeat(4096));
    const { t, kind, actor, reason, parameters, data, actions, symbols, manual, about, writeOffs, limits } = said;
    const command: Control = { limits, writeOffs, about, manual, symbols, actions, data, parameters, reason, actor, kind, t };
    expect(encodeControl(command)).toBe(
      `{"t":1,"kind":"resume","actor":"a","reason":"${command.reason}","parameters":[],"data":[],"actions":[],"symbols":[],"manual":[],"about":"","writeOffs":[],"limits":[]}`,
    );
  });

  it.each(FACTS)('every %s that is made up here is one that the contract accepts', (fact) => {
    fc.assert(fc.property(someMessage(fact), (message) => expect(() => validate(fact, message)).not.toThrow()));
  });
});
