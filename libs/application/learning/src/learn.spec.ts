import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fittableGarch } from '@aitrader/core-estimation';
import type { MarketBars } from '@aitrader/application-markets';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { SILENT } from '@aitrader/runtime-telemetry';
import { CALM, CLUSTERED, knownMarket } from '../test/known-market.ts';
import { learn, promote, type Challenge } from './learn.ts';
import { champion, championFile, decide, decisions, rollBack, setFile } from './parameter-sets.ts';

const DATE = '2019-12-31';
const RANGE = ['2014-01-02', DATE] as const;
const HELD_OUT = 500;
const LEARN_MS_MAX = 120_000;
const PERSON = { by: 'ada', reason: 'a test', at: 1 };
const MODEL = fittableGarch({ mean: 'constant', presample: 'backcast', asymmetry: 'gjr', shocks: 'normal' });
const CONFIG = { ...SIMULATED_DEFAULTS, risk: { ...SIMULATED_DEFAULTS.risk, edge: null } };

describe('a challenger, where the truth is known', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'learning-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const learnOn = (table: MarketBars, date = DATE, heldOut = HELD_OUT): Promise<Challenge> =>
    learn({
      ...{ home, market: { table, actions: [] }, config: CONFIG, date, heldOut, window: 2_000, now: 1, listener: SILENT },
      models: [{ name: 'gjr', model: MODEL, observed: 'return' }],
      counter: { begin: () => undefined, step: () => undefined, done: () => undefined },
    });
  const inForce = (): unknown => (existsSync(championFile(home)) ? readFileSync(championFile(home), 'utf8') : undefined);

  it(
    'that is better is promoted, and taken back by one word, all on record',
    async () => {
      const { comparison, challenger, champion: before } = await learnOn(knownMarket(CLUSTERED, 1, RANGE));
      expect([comparison.verdict, comparison.reasons, before]).toEqual(['better', [], null]);
      expect(inForce()).toBeUndefined();
      const promoted = await promote(home, DATE, PERSON);
      expect(promoted).toMatchObject({ kind: 'promote', by: 'ada', reason: 'a test', from: null, to: challenger, date: DATE });
      expect(promoted.figures.map(({ name }) => name)).toEqual(['logScore', 'crps', 'qlike']);
      expect(inForce()).toBe(readFileSync(setFile(home, challenger), 'utf8'));
      await expect(promote(home, DATE, PERSON)).rejects.toThrow('are not in force any more');
      expect(await rollBack(home, PERSON)).toMatchObject({ kind: 'rollback', from: challenger, to: null });
      expect([inForce(), await champion(home)]).toEqual([undefined, null]);
      await expect(rollBack(home, PERSON)).rejects.toThrow('there is nothing to go back to');
      expect((await decisions(home)).map(({ kind }) => kind)).toEqual(['promote', 'rollback']);
    },
    LEARN_MS_MAX,
  );

  it(
    'that is as good as the champion, but for luck, is not promoted',
    async () => {
      const { comparison } = await learnOn(knownMarket(CALM, 2, RANGE));
      expect(comparison.verdict).toBe('no-better');
      await expect(promote(home, DATE, PERSON)).rejects.toThrow(`the challenger of ${DATE} is no-better: logScore`);
      expect([inForce(), await decisions(home)]).toEqual([undefined, []]);
    },
    LEARN_MS_MAX,
  );

  it(
    'that is worse than the champion is not promoted, and what is in force stays',
    async () => {
      const table = knownMarket(CLUSTERED, 1, RANGE);
      await learnOn(table);
      const { to: good } = await promote(home, DATE, PERSON);
      // the same market as before, and a challenger that learned on a time that was another
      const other = knownMarket(CALM, 3, RANGE, { from: '2018-01-02', truth: CLUSTERED });
      const { comparison } = await learnOn(other);
      for (const score of comparison.scores) {
        expect(score.challenger).toBeGreaterThan(score.champion);
        expect(score.pBetter).toBeGreaterThan(0.95);
      }
      expect(comparison.verdict).toBe('no-better');
      await expect(promote(home, DATE, PERSON)).rejects.toThrow('is no-better');
      expect(await champion(home)).toBe(good);
    },
    LEARN_MS_MAX,
  );

  it(
    'with too few dates behind its fit is not proven',
    async () => {
      const { comparison } = await learnOn(knownMarket(CLUSTERED, 1, ['2018-01-02', DATE]), DATE, 5);
      expect([comparison.verdict, comparison.reasons]).toEqual([
        'unproven',
        ['5 dates are behind what both were fitted to, and 10 are needed'],
      ]);
      await expect(promote(home, DATE, PERSON)).rejects.toThrow('is unproven');
    },
    LEARN_MS_MAX,
  );

  it(
    'alarms where the market has become another one, and not where it has not',
    async () => {
      const off = (challenge: Challenge): readonly string[] =>
        challenge.drift.flatMap(({ isOff, metric, of }) => (isOff ? [`${metric} ${of}`] : []));
      expect(off(await learnOn(knownMarket(CALM, 2, RANGE)))).toEqual([]);
      const wild = { from: '2018-01-02', truth: { ...CALM, omega: 9 } };
      expect(off(await learnOn(knownMarket(CALM, 2, RANGE, wild)))).toEqual(
        expect.arrayContaining(['aitrader_learning_feature_psi return', 'aitrader_learning_feature_psi range']),
      );
    },
    LEARN_MS_MAX,
  );

  it('is not asked for where there is none', async () => {
    await expect(promote(home, DATE, PERSON)).rejects.toThrow(`${DATE} has no challenger`);
  });
});

describe('the parameters in force', () => {
  let home: string;
  const [one, two] = ['{"version":1,"parameters":[]}\n', '{"version":1,"parameters": []}\n'];
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'learning-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  async function promoted(content: string): Promise<string> {
    const { keepSet } = await import('./parameter-sets.ts');
    const to = await keepSet(home, content);
    await decide(home, { kind: 'promote', ...PERSON, to, date: DATE, figures: [] });
    return to;
  }

  it('go back past what was rolled back, one promotion at a time', async () => {
    const first = await promoted(one);
    await promoted(two);
    expect((await rollBack(home, PERSON)).to).toBe(first);
    expect((await rollBack(home, PERSON)).to).toBeNull();
  });

  it('are what the last decision says, also where that was cut short behind it', async () => {
    await promoted(one);
    rmSync(championFile(home));
    await champion(home);
    expect(readFileSync(championFile(home), 'utf8')).toBe(one);
    writeFileSync(championFile(home), two);
    await champion(home);
    expect(readFileSync(championFile(home), 'utf8')).toBe(one);
  });

  it('are refused where somebody has changed them', async () => {
    const sha = await promoted(one);
    writeFileSync(setFile(home, sha), two);
    await expect(champion(home)).rejects.toThrow('is not what was decided on');
  });
});
