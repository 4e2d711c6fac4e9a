/*
 * 1. An untouched recording differs in nothing, whatever its shards, its broker's rules or its operators.
 * 2. Each kind of difference lands in its bin, and in no other.
 * 3. The lines add up to the difference of the equities, to the unit, whatever is planted together.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inOnePart } from '@aitrader/application-markets';
import { appendBar, finishBarTable, newBarTableDraft, type BarTable } from '@aitrader/core-market';
import { cash, epochMs, newControl, price, quantity, read, readInt32, type Fill } from '@aitrader/model';
import { PAPER_EXCHANGE } from '@aitrader/runtime-configuration';
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
