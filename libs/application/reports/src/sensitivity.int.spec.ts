import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { manifestOrFail } from '@aitrader/application-recordings';
import { runId, type Manifest } from '@aitrader/model';
import { openTestHome, START_MS_MAX } from '../../../../tools/testing/home-under-test.ts';
import { recordSmallMarket } from '../../../../tools/testing/small-market.ts';
import { readHistory } from './account-history.ts';
import { reportOfHistory } from './run-report.ts';
import { SENSITIVITY_BARS_MAX, sensitivityOf, type Sensitivity } from './sensitivity.ts';

describe('a run replayed with other assumptions of what trading costs', () => {
  let home: Awaited<ReturnType<typeof openTestHome>>;
  let manifest: Manifest;
  beforeAll(async () => {
    home = await openTestHome();
    await recordSmallMarket(home.bus, runId('small'), 1);
    manifest = await manifestOrFail(home.bus, 'small');
  }, START_MS_MAX);
  afterAll(() => home.close());

  const replaysOf = (sensitivity: Sensitivity) => ('replays' in sensitivity ? sensitivity.replays : []);

  it('is the run itself as configured, and pays more where spreads are wider', async () => {
    const history = await readHistory(home.bus, runId('small'));
    const replays = replaysOf(await sensitivityOf(home.bus, [manifest], history.summary.bars, { isAsked: false }));
    expect(replays.map(({ assumption, factor }) => `${assumption} ${factor}`)).toEqual([
      'as configured 1',
      ...['spread', 'slippage and impact', 'share of the volume', 'fees'].flatMap((name) => [`${name} 0.5`, `${name} 2`]),
    ]);
    expect(replays[0]).toMatchObject({ end: reportOfHistory(history).equity.end, fills: history.summary.counts.fills });
    const endOf = (name: string, times: number): number =>
      replays.find(({ assumption, factor }) => assumption === name && factor === times)?.end ?? NaN;
    expect(endOf('spread', 0.5)).toBeGreaterThan(endOf('spread', 2));
  });

  it('is left out of runs that are long, unless it is asked for, and of those that go on from others', async () => {
    const left = await sensitivityOf(home.bus, [manifest], SENSITIVITY_BARS_MAX + 1, { isAsked: false });
    expect(left).toEqual({ left: expect.stringContaining('--sensitivity') });
    const asked = await sensitivityOf(home.bus, [manifest], SENSITIVITY_BARS_MAX + 1, { isAsked: true });
    expect(replaysOf(asked)).toHaveLength(9);
    const chain = await sensitivityOf(home.bus, [manifest, manifest], 1, { isAsked: true });
    expect(chain).toEqual({ left: expect.stringContaining('goes on from another run') });
  });
});
