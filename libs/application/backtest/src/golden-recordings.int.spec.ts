/**
 * Recordings as released programs wrote them, read by the program of today: listed, digested, explained, replayed.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  OtherCodeError,
  SignatureCheck,
  explainFill,
  listRuns,
  manifestOrFail,
  resultOf,
  verifyRecording,
  whyAt,
  type SignatureVerdict,
} from '@aitrader/application-recordings';
import { decodeInterval, runInMemory } from '@aitrader/application-pipeline';
import { loadBars } from '@aitrader/application-markets';
import { FACT_WIRING, addressOf, type Fact } from '@aitrader/contracts';
import { STATE_FLAG, epochMs, item, runId, ticker, type EpochMs, type Manifest, type RunId, type Ticker } from '@aitrader/model';
import { manifestOf, readRecording, readStored, type Bus } from '@aitrader/runtime-bus';
import { newInterval, type Digest } from '@aitrader/runtime-engine';
import { SILENT } from '@aitrader/runtime-telemetry';
import { START_MS_MAX, openTestHome } from '../../../../tools/testing/home-under-test.ts';
import { keptMessages, restoreRecording, type KeptMessage, type Said } from '../testing/golden-recording.ts';
import { marketBetween } from '../../../../tools/testing/small-market.ts';
import { memoryHost } from './index.ts';

const FOLDER = path.resolve(import.meta.dirname, '../golden');

interface Golden {
  readonly name: string;
  readonly run: RunId;
  readonly messages: readonly KeptMessage[];
  readonly said: Said;
  /** facts that today's program writes as another version */
  readonly earlier: readonly Fact[];
}

function golden(name: string): Golden {
  const messages = keptMessages(path.join(FOLDER, `${name}.jsonl.gz`));
  const said = JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), 'utf8')) as Said;
  const addresses = messages.map(({ subject }) => addressOf(subject));
  const earlier = addresses.filter(({ fact, version }) => version !== FACT_WIRING[fact].version).map(({ fact }) => fact);
  return { name, run: runId(said.listed.run), messages, said, earlier: [...new Set(earlier)] };
}
const GOLDEN = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.jsonl.gz') ? [golden(file.replace('.jsonl.gz', ''))] : []));

const goldenNamed = (wanted: string): Golden =>
  item(
    GOLDEN.filter(({ name }) => name === wanted),
    0,
  );

const PART_OF: Readonly<Partial<Record<Fact, keyof Digest>>> = {
  bars: 'bars',
  states: 'states',
  signals: 'signals',
  orders: 'orders',
  denials: 'denials',
  'order-events': 'orderEvents',
  fills: 'fills',
  watchlists: 'watchlists',
  forecasts: 'forecasts',
};

const CHEAP = { halfSpreadBpRegular: 0.02, impactBp: 0.2 };

describe('a recording of a released program', () => {
  let home: Awaited<ReturnType<typeof openTestHome>>;
  let bus: Bus;
  beforeAll(async () => {
    home = await openTestHome();
    ({ bus } = home);
    for (const { run, messages } of GOLDEN) await restoreRecording(bus, run, messages);
  }, START_MS_MAX);
  afterAll(() => home.close());

  it('there is one of every version that a fact has had', () => {
    const kept = new Set(
      GOLDEN.flatMap(({ messages }) => messages.map(({ subject }) => subject.split('.').slice(2, 4).join('.'))),
    );
    const versions = Object.entries(FACT_WIRING).flatMap(([fact, { version }]) =>
      Array.from({ length: version }, (_, before) => `${fact}.v${before + 1}`),
    );
    expect(versions.filter((version) => !kept.has(version))).toEqual([]);
  });

  it('is listed as it was', async () => {
    const listed = await listRuns(bus);
    for (const { said } of GOLDEN)
      expect(listed.find(({ run }) => run === said.listed.run)).toMatchObject({ ...said.listed, problem: null });
  });

  it.each(GOLDEN)('$name has the result that it had', async ({ run, said }) => {
    expect(await resultOf(bus, run)).toMatchObject({ ...said.result, unfinished: 0 });
  });

  it.each(GOLDEN)('$name has the digest that it had, of the facts that are of the same version still', async (one) => {
    const { digest } = await resultOf(bus, one.run);
    const said = { ...one.said.digest, ...one.said.digestToday };
    for (const part of Object.values(PART_OF)) expect([part, digest[part]]).toEqual([part, said[part]]);
    const changed = one.earlier.map((fact) => PART_OF[fact]).filter((part) => part !== undefined);
    for (const part of Object.keys(one.said.digestToday ?? {})) expect([...changed, 'all']).toContain(part);
  });

  it.each(GOLDEN.filter(({ said }) => said.keys !== undefined))(
    '$name is signed by the keys that it was signed by, every order and command of it',
    async ({ run, said: { keys, result }, messages }) => {
      const trusted = { risk: keys?.risk ?? [], operators: new Map(Object.entries(keys?.operators ?? {})) };
      const judged = async (
        by: typeof trusted,
      ): Promise<{ readonly problems: readonly string[]; readonly signed: SignatureVerdict }> => {
        const problems: string[] = [];
        const check = new SignatureCheck(
          await manifestOrFail(bus, run),
          by,
          ({ seq }, problem) => void problems.push(`${seq} ${problem}`),
        );
        await readStored(bus, run, (message, header) => check.offer(message, header));
        return { problems, signed: check.finish() };
      };
      const commands = messages.filter(({ subject }) => subject.endsWith('.operator')).length;
      const { problems, signed } = await judged(trusted);
      expect([problems, signed.unsigned, signed.unjudged]).toEqual([[], 0, 0]);
      const sum = (of: 'orders' | 'commands'): number => signed.checked.reduce((total, one) => total + one[of], 0);
      expect({ orders: sum('orders'), commands: sum('commands') }).toEqual({ orders: result.counts.orders, commands });
      expect(commands).toBeGreaterThan(0);
      const bySomebodyElse = await judged({ risk: [...trusted.operators.values()].flat(), operators: new Map() });
      expect(bySomebodyElse.problems).toHaveLength(messages.filter(({ headers }) => headers !== undefined).length);
    },
  );

  it.each(GOLDEN.flatMap((one) => Object.keys(one.said.explained).map((fill) => ({ ...one, fill }))))(
    '$name explains fill #$fill as it did, to the last unit',
    async ({ run, said, fill, earlier }) => {
      const then = said.explained[fill];
      if (then === undefined) throw new Error(`nothing is said of fill ${fill}`);
      const now = await explainFill(bus, run, `#${fill}`, () => undefined);
      if (now.command !== undefined) throw new Error('it comes of a signal');
      const { signal, state, ...rest } = then;
      expect(now).toMatchObject(rest);
      // What an earlier version did not say is said to be absent, and that something is missing is said, too.
      const missing = earlier.includes('states') && signal.regimePpm.length === 2 ? STATE_FLAG.PARTIAL : 0;
      const { forward, regimePpm, stateFlags, ...figures } = signal;
      expect(now.signal).toMatchObject({ ...figures, stateFlags: stateFlags | missing });
      expect(now.signal.forward).toMatchObject({ meanE8: forward.meanE8, sdE8: forward.sdE8, dofMilli: forward.dofMilli });
      expect(now.signal.forward.quantilesE8).toEqual(expect.arrayContaining([...forward.quantilesE8]));
      expect(now.signal.regimePpm).toEqual(expect.arrayContaining([...regimePpm]));
      const { flags = 0 } = state.figures;
      expect(now.state).toMatchObject({
        ...state,
        fitted: state.fitted ?? [],
        figures: { ...state.figures, flags: flags | missing },
      });
    },
  );

  it('orders-v4 explains what the account forecast when an order was decided, and what was doubted until it was filled', async () => {
    const { run } = goldenNamed('orders-v4');
    const at = (clock: string): number => Date.parse(`2024-07-03T${clock}Z`);
    // a stranger's order of 13:54, before the first forecast
    const stopped = await explainFill(bus, run, '#14', () => undefined);
    expect(stopped).toMatchObject({ fill: { symbol: 'SYN01', leg: 'stop', t: at('14:04') }, order: { t: at('13:53') } });
    expect(stopped.forecast).toBeUndefined();
    expect(stopped.doubts).toEqual([
      { t: at('13:53'), doubt: null },
      { t: at('13:55'), doubt: expect.objectContaining({ holds: [{ cause: 'order-unknown', symbols: ['SYN01'] }] }) },
    ]);
    const { forecast, doubts, order } = await explainFill(bus, run, '#12', () => undefined);
    expect([order.symbol, order.t]).toEqual(['SYN03', at('14:01')]);
    expect(forecast).toMatchObject({ t: at('14:00'), forecasts: [{ horizon: 'close' }, { horizon: 'next-close' }] });
    expect(doubts).toBeUndefined();
  });

  it.each(GOLDEN)(
    '$name says why a symbol was entered or not: answered as it was recorded, and in a minute without a signal',
    async ({ run }) => {
      const answered = new Map<string, { readonly t: EpochMs; readonly symbol: Ticker }>();
      const asked = new Set<string>();
      const heard: { readonly t: EpochMs; readonly symbol: Ticker }[] = [];
      const manifest = await manifestOf(bus, run);
      if (manifest === undefined) throw new Error(`${run} has no manifest`);
      const interval = newInterval(manifest.shards, manifest.timeframe);
      await readRecording(bus, run, {
        onInterval: (recorded) => {
          decodeInterval(recorded, interval);
          const { t, decision, bars } = interval;
          for (const { symbol } of [...decision.orders, ...decision.denials]) asked.add(`${t} ${symbol}`);
          for (const { symbol } of decision.orders.slice(0, 1)) answered.set('order', { t, symbol });
          for (const { symbol } of decision.denials.slice(0, 1)) answered.set('denial', { t, symbol });
          for (const { symbols, count } of bars)
            for (const symbol of symbols.slice(0, count)) if (!asked.has(`${t} ${symbol}`)) heard.push({ t, symbol });
        },
      });
      for (const [what, { t, symbol }] of answered) {
        const why = await whyAt(bus, run, { symbol, at: t }, () => undefined);
        expect([what, what === 'order' ? why.orders.length : why.denials.length, why.wouldSay]).toEqual([what, 1, null]);
        const found = why.strategies ?? [];
        expect(found.find(({ kind }) => kind === 'breakout')?.figure.value).toBe(why.bar?.close);
        const spoke = found.filter(({ hasLeft, gates }) => hasLeft && gates.every(({ passes }) => passes));
        expect(spoke.map(({ strategy }) => strategy)).toEqual(why.signals.map(({ strategy }) => strategy));
      }
      const quiet = item(heard, Math.floor(heard.length / 2));
      const why = await whyAt(bus, run, { symbol: quiet.symbol, at: quiet.t }, () => undefined);
      expect(why).toMatchObject({ orders: [], denials: [], signals: [], symbol: quiet.symbol, t: quiet.t });
      expect(why.wouldSay?.find(({ gate }) => gate === 'STALENESS')).toMatchObject({ value: 0 });
      expect(why.strategies?.some(({ hasLeft, gates }) => hasLeft && gates.every(({ passes }) => passes))).toBe(false);
      const asking = (symbol: string, at: number): Promise<unknown> =>
        whyAt(bus, run, { symbol: ticker(symbol), at: epochMs(at) }, () => undefined);
      await expect(asking('NOPE', quiet.t)).rejects.toThrow(`${run} does not trade NOPE`);
      await expect(asking(quiet.symbol, quiet.t + 1)).rejects.toThrow(
        /has no interval that closed at .*; the last one before closed at/,
      );
    },
  );

  it.each(GOLDEN)('$name is replayed: its bars give what they give today, with any number of shards', async ({ run, said }) => {
    const manifest = await manifestOf(bus, run);
    if (manifest === undefined) throw new Error(`${run} has no manifest`);
    // at a cost that what was believed of ten minutes pays for
    const config = { ...manifest.config, simulation: { ...manifest.config.simulation, ...CHEAP } };
    const source = { kind: 'recording', run } as const;
    const { parameters, actions = [] } = await loadBars(source, () => Promise.resolve(bus));
    const today = await runInMemory({
      table: marketBetween(manifest.from, manifest.to, manifest.universe),
      parameters,
      actions,
      config,
      shards: 1,
    });
    expect(today.digest.bars).toBe(said.digest.bars);
    for (const shards of [1, 3]) {
      const request = { run: runId('replay-1'), kind: 'replay', source, shards, config, listener: SILENT } as const;
      const { digest, counts } = await memoryHost(request, home, false);
      expect({ digest, counts }).toEqual({ digest: today.digest, counts: today.counts });
      // without what the run before it left, a run that follows has filters to warm up
      if (manifest.follows === null) expect(counts.fills).toBeGreaterThan(10);
    }
  });

  it.each(GOLDEN.filter(({ earlier }) => earlier.some((fact) => fact !== 'manifest' && fact !== 'control')))(
    '$name is not verified by code that writes other versions: it says which code can',
    async ({ run, earlier, messages }) => {
      const error = await verifyRecording(bus, run).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(OtherCodeError);
      const { message } = error as OtherCodeError;
      const { codeVersion, nodeVersion, codeCommit } = JSON.parse(Buffer.from(item(messages, 0).data).toString()) as Manifest;
      expect(message).toContain(`${run} was written by aitrader ${codeVersion}`);
      expect(message).toContain(`on Node ${nodeVersion}`);
      expect(message).toContain(
        `check out ${codeCommit === undefined ? 'that version' : `commit ${codeCommit}`} and run verify there`,
      );
      for (const fact of earlier) {
        if (fact === 'manifest' || fact === 'control') continue;
        const version = messages.map(({ subject }) => addressOf(subject)).find((address) => address.fact === fact)?.version;
        expect(message).toContain(`${fact} v${version}`);
        expect(message).toContain(`${fact} v${FACT_WIRING[fact].version}`);
      }
    },
  );
});
