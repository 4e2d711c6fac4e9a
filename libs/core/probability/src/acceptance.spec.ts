import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withReference } from '../../../../tools/testing/reference-data.ts';
import { LEVELS } from '../test/measure.ts';
import type { Report } from '../test/measure.cli.ts';
import { DATA, seriesFiles } from '../test/real-series.ts';

/*
 * The promises of the forecasts, on every real series of 3,000 bars or more, all bars after the first 500 counted: splits, crashes and
 * bad prints too. The parameters were chosen on these series; the optima are flat, and a change that breaks a target here is a change
 * for the worse. On shorter series the stage only has to stay sound.
 */

const BARS_MIN = 3000;
/** Points of coverage that each interval may be off. */
const RAW_OFF_MAX = [1.5, 1.5, 1.5, 1.5, 0.8];
const ADAPTED_OFF_MAX = [0.5, 0.5, 0.5, 0.5, 0.3];

/** Changes of VIX hardly cluster from day to day: EWMA itself is only 0.6 % under the expanding normal law, where stocks have 6 to 60. */
const HARDLY_CLUSTERS = 'cboe_VIX';

function report(): Report {
  const program = path.join(import.meta.dirname, '../test/measure.cli.ts');
  const flags = ['--conditions=@aitrader/source', '--disable-warning=ExperimentalWarning'];
  return JSON.parse(execFileSync(process.execPath, [...flags, program], { encoding: 'utf8' }));
}

const offTargets = (covered: readonly number[], offMax: readonly number[]): string[] =>
  LEVELS.flatMap((level, k) => {
    const off = (covered[k] ?? NaN) - level;
    return Math.abs(off) <= (offMax[k] ?? NaN) ? [] : [`${level} % holds ${covered[k]?.toFixed(2)}`];
  });

/** In a group an interval may be off by two points, or by three standard errors of as many forecasts. */
const GROUP_OFF_MAX = 2;
const GROUP_SIZE_MIN = 50;
/** 50, 80 and 95 among LEVELS. */
const GROUP_LEVELS = [0, 1, 3] as const;

/** Per figure of a group: what it says, and whether it is off. */
function figuresOfGroups({ name, groups }: Report['measured'][number]): { figure: string; group: string; isOff: boolean }[] {
  return groups
    .filter(({ n }) => n >= GROUP_SIZE_MIN)
    .flatMap((group) =>
      (['raw', 'adapted'] as const).flatMap((law) =>
        GROUP_LEVELS.map((k) => {
          const [level, covered] = [LEVELS[k], group[law][k] ?? NaN];
          const error = Math.sqrt((level * (100 - level)) / group.n);
          const figure = `${name} ${group.name}, ${law}: ${level} % holds ${covered.toFixed(1)} of ${group.n}`;
          return { figure, group: group.name, isOff: !(Math.abs(covered - level) <= Math.max(GROUP_OFF_MAX, 3 * error)) };
        }),
      ),
    );
}

withReference(DATA, 'keeps its promises on real bars', () => {
  const { measured, velocityCosts } = report();

  describe('over real bars, anomalies included', () => {
    it('is measured on every file', () => {
      expect(measured.map(({ name }) => name)).toEqual(seriesFiles());
    });

    it.each(measured)('$name: integers only, covariance positive definite, few bars suspect', (seen) => {
      expect(seen.bars).toBeGreaterThan(0);
      expect(seen).toMatchObject({ notFinite: 0, notDefinite: 0 });
      expect(seen.suspect).toBeLessThanOrEqual(1 + 0.01 * seen.bars);
    });
  });

  describe.each(measured.filter(({ bars }) => bars >= BARS_MIN))('$name', (seen) => {
    it('covers what its intervals promise, the raw ones and the adapted ones', () => {
      expect(offTargets(seen.raw, RAW_OFF_MAX)).toEqual([]);
      expect(offTargets(seen.adapted, ADAPTED_OFF_MAX)).toEqual([]);
    });

    it('is sharper than a normal law, and never worse than an exponentially weighted one', () => {
      const promised = seen.timeframe === '1d' && !seen.name.includes(HARDLY_CLUSTERS) ? 0.94 : 1;
      expect(seen.crps).toBeLessThan(promised * seen.expandingCrps);
      expect(seen.crps).toBeLessThan(seen.ewmaCrps);
    });
  });

  describe('in every part of the day and every regime', () => {
    const figures = measured.filter(({ bars }) => bars >= BARS_MIN).flatMap(figuresOfGroups);
    const off = figures.filter(({ isOff }) => isOff);

    it('covers in regular hours and in each regime what its intervals promise', () => {
      const always = ['calm', 'normal', 'turbulent'].flatMap((regime) => [regime, `regular ${regime}`]);
      const seen = off.filter(({ group }) => group === 'regular' || always.includes(group));
      // one price in two stands still here, so that an interval holds half of all closes or nine in ten
      expect(seen.filter(({ figure }) => !figure.includes('lean_BAC_1m')).map(({ figure }) => figure)).toEqual([]);
    });

    it('covers before and after them what its intervals promise, but for one figure in fifty', () => {
      const outside = figures.filter(({ group }) => group.startsWith('pre') || group.startsWith('post'));
      expect(outside.length).toBeGreaterThan(200);
      expect(outside.filter(({ isOff }) => isOff).length).toBeLessThanOrEqual(outside.length / 50);
    });
  });

  describe('the velocity', () => {
    it.each(velocityCosts)('costs at most 0.1 % of CRPS on $name', ({ shipped }) => {
      expect(shipped).toBeLessThan(0.001);
    });

    it('would cost more with twice the gain', () => {
      expect(Math.max(...velocityCosts.map(({ doubled }) => doubled))).toBeGreaterThan(0.001);
    });
  });
});
