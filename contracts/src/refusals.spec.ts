import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import {
  CONTROL_KINDS,
  STATE_COLUMNS,
  epochMs,
  newBarSlice,
  newStateSlice,
  ticker,
  type BarGap,
  type BarRevision,
} from '@aitrader/model';
import {
  ContractError,
  FACTS,
  FACT_WIRING,
  decodeBars,
  decodeStates,
  encodeBars,
  RAW_LENGTH_MAX,
  jsonSchemaOf,
  keptOf,
  validate,
  type Fact,
} from './index.ts';
import { RECODE, bytesOf } from '../testing/codec-of.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Step = string | number;
type Schema = Readonly<Record<string, unknown>>;

const golden = (fact: Fact): Json =>
  JSON.parse(readFileSync(path.resolve(import.meta.dirname, `../golden/${fact}.v${FACT_WIRING[fact].version}.json`), 'utf8'));

interface Place {
  readonly at: readonly Step[];
  readonly value: Json;
  readonly schema: Schema;
  readonly nullable: boolean;
}
const isObject = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const schemaAt = (value: unknown): Schema => (isObject(value) ? value : {});

/** The one of several schemas that a value has to meet: that of its kind, or of its type where null is another. */
function chosen(value: Json, { oneOf, anyOf, ...schema }: Schema): Schema {
  if (Array.isArray(anyOf)) return schemaAt(anyOf.find((one) => (schemaAt(one).type === 'null') === (value === null)));
  if (!Array.isArray(oneOf)) return schema;
  const kinds = (one: unknown): Schema => schemaAt(schemaAt(schemaAt(one).properties)['kind']);
  const kind = isObject(value) ? value['kind'] : undefined;
  return schemaAt(
    oneOf.find((one) => kinds(one).const === kind || (kinds(one).enum as Json[] | undefined)?.includes(kind ?? null)),
  );
}

/** Whether a place may hold null. */
const isNullable = ({ type, anyOf }: Schema): boolean =>
  (Array.isArray(type) && type.includes('null')) || (Array.isArray(anyOf) && anyOf.some((one) => schemaAt(one).type === 'null'));

/** Every value of a message, containers included, with the schema that it has to meet. */
function placesOf(value: Json, choices: Schema, at: readonly Step[] = []): Place[] {
  const schema = chosen(value, choices);
  const here = { at, value, schema, nullable: isNullable(choices) };
  if (Array.isArray(value)) return [here, ...value.flatMap((one, i) => placesOf(one, schemaAt(schema.items), [...at, i]))];
  if (!isObject(value)) return [here];
  return [
    here,
    ...Object.entries(value).flatMap(([name, one]) => placesOf(one, schemaAt(schemaAt(schema.properties)[name]), [...at, name])),
  ];
}

const places = (fact: Fact): Place[] => placesOf(golden(fact), jsonSchemaOf(fact));

/** The golden message as text with one value written otherwise; `undefined` leaves it out. */
function textWith(fact: Fact, at: readonly Step[], text: string | undefined): string {
  const mark = '\u0001here\u0001';
  const put = (value: Json, [step, ...rest]: readonly Step[]): Json | undefined => {
    if (step === undefined) return text === undefined ? undefined : mark;
    if (Array.isArray(value)) return value.map((one, i) => (i === step ? (put(one, rest) ?? null) : one));
    if (!isObject(value)) throw new Error(`nothing at ${at.join('.')}`);
    const kept = Object.entries(value).map(([name, one]) => [name, name === step ? put(one, rest) : one]);
    return Object.fromEntries(kept.filter(([, one]) => one !== undefined));
  };
  return JSON.stringify(put(golden(fact), at)).replace(JSON.stringify(mark), text ?? '');
}

function refusalOf(fact: Fact, text: string): ContractError {
  try {
    RECODE[fact](bytesOf(text));
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

/** The message is refused, and the refusal names the fact, the field and the value. */
function expectRefused(fact: Fact, text: string, field: string, shown: string): void {
  const refusal = refusalOf(fact, text);
  expect({ fact: refusal.fact, field: refusal.field }).toEqual({ fact, field });
  expect(refusal.message).toContain(`${fact} message: ${field === '' ? 'the message' : field} `);
  expect(refusal.message).toContain(shown);
}

it.each(FACTS)('%s has a schema that is one', (fact) => {
  const ajv = new Ajv({ strictNumbers: true });
  expect(ajv.validateSchema(jsonSchemaOf(fact)) || ajv.errors).toBe(true);
});

describe.each(FACTS)('%s, a message of it', (fact) => {
  it('may leave out no field', () => {
    // which parameters a strategy has, its kind says
    const fields = places(fact).filter(({ at }) => typeof at.at(-1) === 'string' && at.at(-2) !== 'parameters');
    expect(fields.length).toBeGreaterThan(3);
    for (const { at } of fields) expectRefused(fact, textWith(fact, at, undefined), at.join('.'), 'is missing');
  });

  it('may have no field more, wherever', () => {
    const objects = places(fact).filter(({ value }) => isObject(value));
    expect(objects.length).toBeGreaterThan(0);
    for (const { at, value } of objects) {
      for (const name of ['surplus', '__proto__', 'constructor']) {
        const text = JSON.stringify(value).replace('{', `{"${name}":"planted",`);
        expectRefused(fact, textWith(fact, at, text), [...at, name].join('.'), '"planted"');
      }
    }
  });

  it('may have no value of another type', () => {
    for (const { at, value } of places(fact)) {
      const other = typeof value === 'boolean' ? '-8128' : 'true';
      expectRefused(fact, textWith(fact, at, other), at.join('.'), `got ${other}`);
    }
  });

  it('may have no null but where there may be nothing', () => {
    const filled = places(fact).filter(({ nullable }) => !nullable);
    expect(filled.length).toBeGreaterThan(3);
    for (const { at } of filled) expectRefused(fact, textWith(fact, at, 'null'), at.join('.'), 'got null');
  });

  it('may have no number that is not finite', () => {
    for (const { at } of places(fact).filter(({ value }) => typeof value === 'number')) {
      expectRefused(fact, textWith(fact, at, '1e999'), at.join('.'), 'got Infinity');
      expectRefused(fact, textWith(fact, at, 'NaN'), '', 'is not JSON');
    }
  });

  it('may have no fraction where whole numbers belong, and none beyond the exact ones', () => {
    const integers = places(fact).filter(({ schema }) => schema.type === 'integer');
    expect(integers.length).toBeGreaterThan(0);
    for (const { at, value } of integers) {
      expectRefused(fact, textWith(fact, at, `${JSON.stringify(value)}.5`), at.join('.'), `got ${JSON.stringify(value)}.5`);
      expectRefused(fact, textWith(fact, at, '9007199254740992'), at.join('.'), 'got 9007199254740992');
      expectRefused(fact, textWith(fact, at, '-9007199254740992'), at.join('.'), 'got -9007199254740992');
    }
  });

  it('has to be JSON in UTF-8', () => {
    for (const text of ['', '{', '[]', '7', 'null', `\ufeff${JSON.stringify(golden(fact))}`]) {
      const refusal = refusalOf(fact, text);
      expect([refusal.fact, refusal.field]).toEqual([fact, '']);
    }
    const latin1 = Buffer.from(JSON.stringify(golden(fact)).replace(/"([a-z]+)"/i, '"\u00e9$1"'), 'latin1');
    expect(() => RECODE[fact](latin1)).toThrow(`${fact} message: the message is not JSON in UTF-8`);
  });

  it('is checked for NaN, infinity and undefined before it is written, too', () => {
    const field = fact === 'manifest' ? 'from' : 't';
    for (const value of [NaN, Infinity, undefined, 1n]) {
      const message = { ...schemaAt(golden(fact)), [field]: value };
      expect(() => validate(fact, message)).toThrow(
        `${fact} message: ${field} ${value === undefined ? 'is missing' : `must be`}`,
      );
    }
  });
});

describe('columns of bars', () => {
  it('are as long as the symbols', () => {
    for (const name of ['open', 'high', 'low', 'close', 'volume', 'flags']) {
      for (const [column, length] of [
        ['[]', 0],
        ['[1]', 1],
        ['[1,2,3]', 3],
      ] as const) {
        expectRefused('bars', textWith('bars', [name], column), name, `has ${length} values for 2 symbols`);
      }
    }
    expectRefused('bars', textWith('bars', ['symbols'], '["AAPL"]'), 'open', 'has 2 values for 1 symbols');
  });

  it('of flags hold what 32 bits hold', () => {
    expectRefused('bars', textWith('bars', ['flags'], '[0,-1]'), 'flags.1', 'got -1');
    expectRefused('bars', textWith('bars', ['flags'], '[4294967296,0]'), 'flags.0', 'got 4294967296');
  });
});

describe('packed figures of states', () => {
  const bytes = (): Buffer => Buffer.from((golden('states') as { figures: string }).figures, 'base64');
  const expectPackedRefused = (packed: Uint8Array, field: string, shown: string): void =>
    expectRefused(
      'states',
      textWith('states', ['figures'], JSON.stringify(Buffer.from(packed).toString('base64'))),
      field,
      shown,
    );
  /** The bytes with a column's width and numbers in place of those that there are. */
  function withColumn(name: string, width: number, ...numbers: readonly number[]): Buffer {
    const whole = bytes();
    let at = 0;
    for (const column of STATE_COLUMNS) {
      const end = at + 1 + 2 * (whole[at] ?? NaN);
      if (column.name === name) return Buffer.concat([whole.subarray(0, at), Buffer.of(width, ...numbers), whole.subarray(end)]);
      at = end;
    }
    throw new Error(`no column ${name}`);
  }

  it('are base64, padding and last bits included', () => {
    const text = bytes().toString('base64');
    for (const wrong of [
      `${text}A`,
      `${text.slice(0, -4)}!!!!`,
      ` ${text}`,
      `${text.slice(0, 8)}\\n${text.slice(8)}`,
      text.replace(/.{4}$/, 'AB=='),
    ])
      expectRefused('states', textWith('states', ['figures'], `"${wrong}"`), 'figures', 'is not base64');
  });

  it('have every column, and nothing behind the last', () => {
    expectPackedRefused(bytes().subarray(0, 0), 'figures.level', 'is missing');
    expectPackedRefused(bytes().subarray(0, 4), 'figures.level', 'ends before its 2 numbers of 4 bytes');
    expectPackedRefused(bytes().subarray(0, -3), 'figures.flags', 'is missing');
    expectPackedRefused(Buffer.concat([bytes(), Buffer.of(0)]), 'figures', 'has 1 bytes behind its last column');
    expectRefused('states', textWith('states', ['symbols'], '["AAPL"]'), 'figures.velocity', 'bytes');
    expectRefused('states', textWith('states', ['symbols'], '[]'), 'figures', 'behind its last column');
  });

  it('take 0, 1, 2, 3, 4 or 8 bytes a number, and the fewest that do', () => {
    for (const width of [5, 6, 7, 9, 255])
      expectPackedRefused(
        withColumn('regime', width, ...new Array<number>(2 * width).fill(1)),
        'figures.regime',
        `0, 1, 2, 3, 4 or 8 bytes a number, got ${width}`,
      );
    expectPackedRefused(withColumn('regime', 1, 0, 0), 'figures.regime', 'takes 1 bytes a number where fewer would do');
    expectPackedRefused(withColumn('regime', 2, 1, 0, 2, 0), 'figures.regime', 'takes 2 bytes a number where fewer would do');
    expectPackedRefused(
      withColumn('q250', 4, 1, 0, 0, 0, 255, 255, 127, 0),
      'figures.q250',
      'takes 4 bytes a number where fewer would do',
    );
    const doubles = (...values: readonly number[]): number[] => [...new Uint8Array(Float64Array.from(values).buffer)];
    expectPackedRefused(withColumn('z', 8, ...doubles(1, -5)), 'figures.z', 'takes 8 bytes a number where fewer would do');
    expectPackedRefused(
      withColumn('q995', 8, ...doubles(2 ** 31, 0)),
      'figures.q995',
      'takes 8 bytes a number where fewer would do',
    );
  });

  it('are safe integers', () => {
    const doubles = (...values: readonly number[]): number[] => [...new Uint8Array(Float64Array.from(values).buffer)];
    for (const wrong of [NaN, Infinity, 0.5, 2 ** 53])
      expectPackedRefused(withColumn('z', 8, ...doubles(2 ** 40, wrong)), 'figures.z.1', `must be a safe integer, got ${wrong}`);
    expectPackedRefused(withColumn('z', 8, ...doubles(2 ** 40, -0)), 'figures.z.1', 'must be a safe integer');
    const most = doubles(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    expectPackedRefused(withColumn('q500', 8, ...most), 'figures.q750.0', 'must be a safe integer');
  });
});

describe('slices', () => {
  it.each(['bars', 'states'] as const)('of %s stand in canonical order, no symbol twice', (fact) => {
    expectRefused(fact, textWith(fact, ['symbols'], '["BRK.B","AAPL"]'), 'symbols.1', 'AAPL does not come after BRK.B');
    expectRefused(fact, textWith(fact, ['symbols'], '["AAPL","AAPL"]'), 'symbols.1', 'AAPL does not come after AAPL');
  });

  it('of bars say what is missing and what changed in order, and of nothing twice', () => {
    const { aapl, brk, gme } = { aapl: ticker('AAPL'), brk: ticker('BRK.B'), gme: ticker('GME') };
    const bars = { ...newBarSlice(0, '1m', 1), t: epochMs(120_000), count: 1, symbols: [aapl] };
    const gap = (symbol = gme): BarGap => ({ symbol, cause: 'halted' });
    expect(() => encodeBars({ ...bars, gaps: [gap(brk), gap()] })).not.toThrow();
    expect(() => encodeBars({ ...bars, gaps: [gap(), gap()] })).toThrow('gaps.1.symbol GME does not come after GME');
    expect(() => encodeBars({ ...bars, gaps: [gap(aapl)] })).toThrow('gaps.0.symbol AAPL has a bar');
    const revised = (t: number, symbol = aapl): BarRevision => {
      return { t: epochMs(t), symbol, open: 1, high: 1, low: 1, close: 1, volume: 1, flags: 0 };
    };
    expect(() => encodeBars({ ...bars, revisions: [revised(0, brk), revised(60_000)] })).not.toThrow();
    expect(() => encodeBars({ ...bars, revisions: [revised(0, brk), revised(0)] })).toThrow(
      'revisions.1 AAPL at 0 does not come',
    );
    expect(() => encodeBars({ ...bars, revisions: [revised(120_000)] })).toThrow(
      'revisions.0.t 120000 is not before the interval',
    );
  });

  it('are left as they were when a message is refused', () => {
    const [bars, states] = [newBarSlice(3, '5m', 1), newStateSlice(3, 1)];
    const before = structuredClone({ bars, states });
    expect(() => decodeBars(bytesOf(textWith('bars', ['flags'], '[0]')), bars)).toThrow(ContractError);
    expect(() => decodeStates(bytesOf(textWith('states', ['figures'], '"AAAA"')), states)).toThrow(ContractError);
    expect({ bars, states }).toEqual(before);
  });
});

describe('lists of one length', () => {
  it.each([
    ['quantilesE8', ['signals', 0, 'forward', 'quantilesE8'], '[1,2,3]'],
    ['regimePpm', ['signals', 1, 'regimePpm'], '[1000000]'],
    ['regimePpm', ['signals', 1, 'regimePpm'], '[1,2,3,4]'],
  ])('%s has neither fewer nor more', (_, at, text) => {
    expectRefused('signals', textWith('signals', at, text), at.join('.'), 'items');
  });
});

describe('text', () => {
  it('is whole characters: half a surrogate pair is none', () => {
    for (const text of ['"\\ud83d"', '"\\udd14 \\ud83d"', '"BRK\\ud83d\\ud83d\\udd14"']) {
      expectRefused('control', textWith('control', ['reason'], text), 'reason', `got ${text}`.slice(0, 12));
    }
    const bell = JSON.parse(textWith('control', ['reason'], '"\\ud83d\\udd14"'));
    expect(RECODE.control(bytesOf(JSON.stringify(bell)))).toContain('\u{1f514}');
    expectRefused('fills', textWith('fills', ['fills', 0, 'id'], '"\\ud83d"'), 'fills.0.id', 'pattern');
  });

  it('is 4096 characters long at most, however many bytes they take', () => {
    for (const character of ['x', 'é', '\u{1f514}']) {
      const longest = character.repeat(4096);
      expect(RECODE.control(bytesOf(textWith('control', ['reason'], JSON.stringify(longest))))).toContain(longest);
      expectRefused(
        'control',
        textWith('control', ['reason'], JSON.stringify(`${longest}x`)),
        'reason',
        'must NOT have more than 4096 characters',
      );
    }
  });
});

describe('text of a broker', () => {
  it('is kept up to 65536 characters, and whole ones', () => {
    const at = ['words', 0, 'raw'];
    for (const character of ['x', '\u{1f514}']) {
      const longest = character.repeat(RAW_LENGTH_MAX);
      const kept = keptOf(`${longest}${character}`, RAW_LENGTH_MAX);
      expect(kept).toBe(longest);
      expect(RECODE.reports(bytesOf(textWith('reports', at, JSON.stringify(kept))))).toContain(longest);
      const text = textWith('reports', at, JSON.stringify(`${longest}${character}`));
      expectRefused('reports', text, 'words.0.raw', 'must NOT have more than 65536 characters');
    }
    expect(keptOf('a\ud83db', 3)).toBe('a\ufffdb');
    expect(keptOf('\u{1f514}\u{1f514}', 1)).toBe('\u{1f514}');
    expect(keptOf('', 1)).toBe('');
  });
});

describe('choices', () => {
  it('between objects are told by their kind, and named with the kinds there are', () => {
    const at = ['requests', 0, 'kind'];
    const kinds = '["submit","replace","cancel","advance"]';
    expectRefused('requests', textWith('requests', at, '"buy"'), 'requests.0.kind', `must be one of ${kinds}, got "buy"`);
    expectRefused('requests', textWith('requests', at, '"cancel"'), 'requests.0.about', 'is missing');
    expectRefused(
      'reports',
      textWith('reports', ['words', 0, 'kind'], '"gone"'),
      'words.0.kind',
      '"correction","other","passed"',
    );
  });

  it('are named with the choices there are', () => {
    expectRefused(
      'control',
      textWith('control', ['kind'], '"panic"'),
      'kind',
      `must be one of ${JSON.stringify(CONTROL_KINDS)}, got "panic"`,
    );
    expectRefused(
      'signals',
      textWith('signals', ['signals', 1, 'direction'], '0'),
      'signals.1.direction',
      'must be one of [1,-1], got 0',
    );
  });

  it('of one command do not blame the others', () => {
    const text = textWith('control', ['kind'], '"resume"').replace(/"t":\d+/, '"t":"now"');
    expectRefused('control', text, 't', 'got "now"');
  });
});
