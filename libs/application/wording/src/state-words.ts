import { ADAPTED_LEVELS, E8, QUANTILE_LEVELS, REGIMES } from '@aitrader/model';
import { bp, fixed, share } from './figures.ts';
import { stateFlagWords } from './flag-words.ts';

/** A state's figures by the names of its columns, in their units. */
export type StateFigures = Readonly<Record<string, number>>;

/** A line of a state: what it is about, and its text. */
export interface StateLine {
  readonly about: string;
  readonly text: string;
}

const BP_PER_E8 = 1e4 / E8;
/** bp² in the unit of variances. */
const VARIANCE_UNITS = 1e6;
const MILLI = 1000;
const NAT_UNITS = 1e6;
const COVERED = [50, 80, 90, 95, 99];
const CELL_WIDTH = 8;

const percentOf = (level: number): string => `${Number((level * 100).toFixed(1))} %`;
const nats = (units: number): string => `${fixed(units / NAT_UNITS, 3)} nats`;
/** Columns of quantiles are named by their level in 0.1 %. */
const columnOf = (prefix: string, level: number): string => `${prefix}${String(Math.round(level * 1000)).padStart(3, '0')}`;

/** A state in words, with every figure that it has and its unit. A figure that is missing is shown as a dash. */
export function stateLines(figures: StateFigures): StateLine[] {
  const known = (name: string, text: (value: number) => string): string => {
    const value = figures[name];
    return value === undefined ? '–' : text(value);
  };
  const sdBp = (name: string): string => known(name, (value) => `${fixed(Math.sqrt(Math.max(0, value) / VARIANCE_UNITS), 3)} bp`);
  const regime = known('regime', (value) => REGIMES[value] ?? `regime ${value}`);
  const cells = (prefix: string, levels: readonly number[]): string =>
    QUANTILE_LEVELS.map((level) =>
      (levels.includes(level) ? known(columnOf(prefix, level), (value) => fixed(value * BP_PER_E8, 2)) : '').padStart(CELL_WIDTH),
    ).join('');
  return [
    {
      about: 'price',
      text:
        `level $${known('level', (value) => Math.exp(value / E8).toFixed(4))} ± ${sdBp('levelVariance')},` +
        ` velocity ${known('velocity', bp)} a minute ± ${sdBp('velocityVariance')},` +
        ` covariance ${known('levelVelocityCovariance', (value) => fixed(value / VARIANCE_UNITS, 6))} bp²/min,` +
        ` P(velocity > 0) ${known('velocityUp', share)}`,
    },
    {
      about: 'next close',
      text:
        `mean ${known('predictiveMean', bp)}, sd ${known('predictiveSd', bp)},` +
        ` ${known('predictiveDof', (value) => fixed(value / MILLI, 1))} degrees of freedom;` +
        ` volatility ${known('volatility', bp)} per √minute`,
    },
    { about: 'quantiles', text: QUANTILE_LEVELS.map((level) => percentOf(level).padStart(CELL_WIDTH)).join('') },
    { about: '  raw, bp', text: cells('q', QUANTILE_LEVELS) },
    { about: '  adapted, bp', text: cells('a', ADAPTED_LEVELS) },
    { about: 'regime', text: `${regime} (${REGIMES.map((name) => `${name} ${known(name, share)}`).join(', ')})` },
    {
      about: 'this bar',
      text:
        `z ${known('z', (value) => fixed(value / MILLI, 3))}, PIT ${known('pit', share)}, log score ${known('logScore', nats)},` +
        ` CRPS ${known('crps', bp)}`,
    },
    {
      about: 'forecasts',
      text:
        `${known('scored', String)} scored in this session so far; intervals held ` +
        COVERED.map((level) => `${level} %: ${known(`coverage${level}`, share)}`).join(', '),
    },
    {
      about: '',
      text: `mean PIT ${known('meanPit', share)}, mean CRPS ${known('meanCrps', bp)}, mean log score ${known('meanLogScore', nats)}`,
    },
    { about: 'bank', text: `entropy of its weights ${known('expertEntropy', share)} of the largest` },
    { about: 'flags', text: known('flags', (bits) => (bits === 0 ? 'none' : stateFlagWords(bits))) },
  ];
}

/** The names of all figures that `stateLines` shows. */
export const WORDED_FIGURES: ReadonlySet<string> = new Set([
  ...['level', 'velocity', 'levelVariance', 'levelVelocityCovariance', 'velocityVariance', 'velocityUp'],
  ...['predictiveMean', 'predictiveSd', 'predictiveDof', 'volatility'],
  ...QUANTILE_LEVELS.map((level) => columnOf('q', level)),
  ...ADAPTED_LEVELS.map((level) => columnOf('a', level)),
  ...[...REGIMES, 'regime', 'z', 'pit', 'logScore', 'crps', 'scored'],
  ...COVERED.map((level) => `coverage${level}`),
  ...['meanPit', 'meanCrps', 'meanLogScore', 'expertEntropy', 'flags'],
]);
