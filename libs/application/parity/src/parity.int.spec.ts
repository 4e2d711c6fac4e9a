/*
 * 1. An untouched recording differs in nothing, whatever its shards, its broker's rules or its operators.
 * 2. Each kind of difference lands in its bin, and in no other.
 * 3. The lines add up to the difference of the equities, to the unit, whatever is planted together.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inOnePart } from '@aitrader/application-markets';
import { runInMemory } from '@aitrader/application-pipeline';
import { appendBar, finishBarTable, newBarTableDraft, type BarTable } from '@aitrader/core-market';
import {
  cash,
  dollarsOf,
  epochMs,
  item,
  newControl,
  price,
  quantity,
  read,
  readInt32,
  type CorporateAction,
  type Fill,
  type Ticker,
} from '@aitrader/model';
import { PAPER_EXCHANGE } from '@aitrader/runtime-configuration';
import type { Interval } from '@aitrader/runtime-engine';
import { openTestHome, START_MS_MAX } from '../../../../tools/testing/home-under-test.ts';
import {
  anIntervalLater,
  atOtherPrices,
  inPart,
  withFills,
  withHalfOrders,
  withOtherFees,
  type FillPlant,
} from '../../../../tools/testing/planted-fills.ts';
import { DAY, eager, recordDay, type RecordedDay } from '../../../../tools/testing/recorded-day.ts';
import type { Bin } from './parity-line.ts';
import { parityOf, type Parity, type ParityRequest } from './run-parity.ts';

const binsOf = ({ bins }: Parity): readonly Bin[] => bins.filter(({ lines }) => lines > 0).map(({ bin }) => bin);
const sumOf = (parity: Parity): number => parity.lines.reduce((sum, { costMicros }) => sum + costMicros, 0);

/** The bars with every seventh close, and what it bounds, a cent higher. */
function revisedDay(): BarTable {
  const draft = newBarTableDraft('1m', DAY.symbols);
  for (let row = 0; row < DAY.count; row++) {
    const moved = row % 7 === 3 ? 0.01 : 0;
    appendBar(draft, {
      ...{ t: read(DAY.t, row), symbol: readInt32(DAY.symbol, row), open: read(DAY.open, row), low: read(DAY.low, row) },
      ...{ high: read(DAY.high, row) + moved, close: read(DAY.close, row) + moved, volume: read(DAY.volume, row) },
    });
  }
  return finishBarTable(draft);
}

/** The day with the prices of a symbol as they read after an action: nobody gains by it. */
function dayOver({ kind, symbol, exAt, newShares, oldShares, cash: paid }: CorporateAction): BarTable {
  const draft = newBarTableDraft('1m', DAY.symbols);
  const after = (dollars: number): number =>
    kind === 'split' ? Math.round((dollars * oldShares * 10_000) / newShares) / 10_000 : dollars - dollarsOf(paid);
  for (let row = 0; row < DAY.count; row++) {
    const t = read(DAY.t, row);
    const isAfter = t > exAt && item(DAY.symbols, readInt32(DAY.symbol, row)) === symbol;
    const priced = (dollars: number): number => (isAfter ? after(dollars) : dollars);
    appendBar(draft, {
      ...{ t, symbol: readInt32(DAY.symbol, row), open: priced(read(DAY.open, row)), low: priced(read(DAY.low, row)) },
      ...{ high: priced(read(DAY.high, row)), close: priced(read(DAY.close, row)), volume: read(DAY.volume, row) },
    });
  }
  return finishBarTable(draft);
}

/** What a day holds of a symbol after an interval. */
async function heldAt({ table = DAY, actions = [] }: RecordedDay, at: number, symbol: Ticker): Promise<number> {
  let held = 0;
  const count = ({ t, report }: Interval): void => {
    for (const fill of report.fills)
      if (t <= at && fill.symbol === symbol) held += fill.side === 'buy' ? fill.quantity : -fill.quantity;
  };
  await runInMemory({ table, config: eager(), shards: 1, actions, watchers: [count] });
  return held;
}

describe('the parity of a recording', () => {
  let home: Awaited<ReturnType<typeof openTestHome>>;
  let recorded = 0;
  beforeAll(async () => {
    home = await openTestHome();
  }, START_MS_MAX);
  afterAll(() => home.close());

  const parityFor = async (day: RecordedDay, request: Omit<ParityRequest, 'run'> = {}): Promise<Parity> => {
    recorded += 1;
    const parity = await parityOf(home.bus, { run: await recordDay(home.bus, `paper-${recorded}`, day), ...request });
    expect(sumOf(parity)).toBe(parity.differenceMicros);
    expect(parity.bins.reduce((sum, { costMicros }) => sum + costMicros, 0)).toBe(parity.differenceMicros);
    return parity;
  };

  describe('1. of an untouched one', () => {
    it.each([1, 3])('is none, with %d shards', async (shards) => {
      const parity = await parityFor({ shards });
      expect(parity.lines).toEqual([]);
      expect(parity.fills.recorded).toBeGreaterThan(20);
      expect(parity.fills.replayed).toBe(parity.fills.recorded);
    });

    it('is none by the very bars that it was recorded of, and by its own configuration', async () => {
      const parity = await parityFor({}, { market: { bars: inOnePart(DAY) }, config: eager() });
      expect(parity.lines).toEqual([]);
    });

    it('is none at a paper exchange that fills as the simulation does', async () => {
      const config = { ...eager(), broker: { ...PAPER_EXCHANGE, entries: 'market' as const } };
      expect((await parityFor({ config })).lines).toEqual([]);
    });

    it('is what the fills were otherwise at one that fills by the rules of a vendor, and no decision', async () => {
      const config = { ...eager(), broker: { ...PAPER_EXCHANGE, entries: 'marketable-limit' as const } };
      const parity = await parityFor({ config });
      expect(parity.lines.length).toBeGreaterThan(0);
      for (const bin of binsOf(parity)) expect(['latency', 'fill-price', 'fill-size', 'fee']).toContain(bin);
    });
  });

  describe('2. where something was planted:', () => {
    it.each<readonly [string, Bin, RecordedDay]>([
      ['fills at other prices', 'fill-price', { stages: withFills(atOtherPrices) }],
      ['other fees', 'fee', { stages: withFills(withOtherFees) }],
      [
        'fills of a third of the shares',
        'fill-size',
        { stages: withFills(inPart), config: eager({ simulation: { feePerShareDollars: 0 } }) },
      ],
      ['decisions of another program', 'code-version', { stages: withHalfOrders, manifest: { codeHash: 'f00d' } }],
      ['decisions of nobody knows what', 'unexplained', { stages: withHalfOrders }],
    ])('%s are %s', async (_, bin, day) => {
      const parity = await parityFor(day);
      expect(binsOf(parity)).toEqual([bin]);
      expect(parity.differenceMicros).not.toBe(0);
    });

    it('fills an interval later are latency, and what that makes of their prices', async () => {
      const parity = await parityFor({ stages: anIntervalLater });
      expect(binsOf(parity)[0]).toBe('latency');
      for (const { bin } of parity.lines) expect(['latency', 'fill-size', 'fee']).toContain(bin);
      const fills = parity.lines.filter(({ bin }) => bin === 'latency').length;
      expect(fills).toBeGreaterThan(parity.fills.recorded / 2);
    });

    it('another limit is a rule', async () => {
      const parity = await parityFor({}, { config: eager({ risk: { kellyFraction: 0.25 } }) });
      expect(binsOf(parity)).toEqual(['rule']);
      expect(parity.lines.some(({ what }) => what === 'decision by other rules')).toBe(true);
    });

    it('other fees of the simulation are a rule, too', async () => {
      const parity = await parityFor({}, { config: eager({ simulation: { feePerShareDollars: 0.01 } }) });
      expect(binsOf(parity)).toEqual(['rule']);
      expect(parity.differenceMicros).not.toBe(0);
    });

    it('a halt that an operator gave is a rule: the replay hears no operator', async () => {
      const at = epochMs(read(DAY.t, Math.floor(DAY.count / 2)));
      const parity = await parityFor({ commands: [newControl('halt', at, 'ada', 'to see')] });
      expect(binsOf(parity)).toEqual(['rule']);
      expect(parity.heldAgainst.operators).toBe(true);
    });

    it('bars that read otherwise now are data, told by symbol', async () => {
      const parity = await parityFor({}, { market: { bars: inOnePart(revisedDay()) } });
      expect(binsOf(parity)).toEqual(['data-revision']);
      expect(parity.lines.filter(({ what }) => what.includes('bars read otherwise')).map(({ symbol }) => symbol)).toEqual(
        expect.arrayContaining([...DAY.symbols]),
      );
    });
  });

  describe('over what happens to shares inside the day', () => {
    const symbol = item(DAY.symbols, 1);
    const exAt = epochMs(read(DAY.t, Math.floor(DAY.count / 2)));
    const of = { id: 'spec.1', symbol, other: symbol, exAt, payAt: epochMs(exAt + 10 * 60_000) } as const;
    const actions: readonly (readonly [string, CorporateAction])[] = [
      ['a split', { ...of, kind: 'split', newShares: 3, oldShares: 2, cash: cash(0) }],
      ['a dividend', { ...of, kind: 'cash-dividend', newShares: 1, oldShares: 1, cash: cash(250_000) }],
    ];

    it.each(actions)('1. is none over %s', async (_, action) => {
      const day = { table: dayOver(action), actions: [action] };
      const parity = await parityFor(day);
      expect(parity.lines).toEqual([]);
      expect(parity.fills).toMatchObject({ recorded: parity.fills.replayed, takenAsRecorded: 0 });
      expect(await heldAt(day, exAt, symbol)).not.toBe(0);
      const known = await parityFor(day, { market: { bars: inOnePart(day.table), actions: day.actions } });
      expect(known.lines).toEqual([]);
    });

    it.each(actions)('2. lays fills at other prices over %s to their prices, and to nothing else', async (_, action) => {
      const parity = await parityFor({ table: dayOver(action), actions: [action], stages: withFills(atOtherPrices) });
      expect(binsOf(parity)).toEqual(['fill-price']);
      expect(parity.differenceMicros).not.toBe(0);
    });

    it('2. lays shares that an operator wrote off to a rule', async () => {
      const held = await heldAt({}, exAt, symbol);
      expect(held).not.toBe(0);
      const off = { symbol, quantity: quantity(held), price: price(1_000_000) };
      const word = newControl('close-break', exAt, 'ada', 'sold by hand', { about: `position.${symbol}.1`, writeOffs: [off] });
      const parity = await parityFor({ commands: [word] });
      expect(binsOf(parity)).toEqual(['rule']);
      const [line] = parity.lines.filter(({ what }) => what === 'shares that an operator wrote off');
      expect(line).toMatchObject({ bin: 'rule', symbol });
    });
  });

  it('3. comes to the difference of the equities, whatever is planted together', async () => {
    const plants = fc.record({
      price: fc.integer({ min: -40, max: 40 }),
      fee: fc.integer({ min: 0, max: 5_000 }),
      cut: fc.integer({ min: 1, max: 5 }),
      of: fc.integer({ min: 1, max: 4 }),
      isVendor: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(plants, async ({ isVendor, ...plant }) => {
        const broker = isVendor ? { ...PAPER_EXCHANGE, entries: 'marketable-limit' as const } : null;
        const stages = withFills(somehow(plant));
        const parity = await parityFor({ config: { ...eager(), broker }, stages });
        expect(parity.bins.at(-1)?.lines).toBe(0);
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });
});

/** Changes the fills of some orders: shares of one order are always cut alike. */
const somehow =
  (plant: { readonly price: number; readonly fee: number; readonly cut: number; readonly of: number }): FillPlant =>
  (fill: Fill): Fill =>
    fill.orderId.length % plant.of === 0
      ? {
          ...fill,
          price: price(Math.max(1, fill.price + plant.price)),
          fee: cash(fill.fee + plant.fee),
          quantity: quantity(Math.ceil(fill.quantity / plant.cut)),
        }
      : fill;
