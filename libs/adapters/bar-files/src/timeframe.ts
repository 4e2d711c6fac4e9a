import { MINUTES_OF, TIMEFRAMES, type Timeframe } from '@aitrader/model';
import { BarFileError } from './bar-file-error.ts';
import { isStrong, recognise, type Recognised } from './gap-evidence.ts';
import type { Stretch } from './row-store.ts';

interface Evidence {
  readonly stretch: Stretch;
  readonly timeframe: Recognised;
  readonly strong: boolean;
}

/**
 * The one timeframe of all stretches. A given one is believed, unless daily bars would be taken for intraday ones or the reverse.
 * @throws BarFileError when the gaps do not tell, are no timeframe's, or tell different ones
 */
export function timeframeOf(stretches: readonly Stretch[], given: Timeframe | undefined): Timeframe {
  const evidence = stretches
    .map((stretch): Evidence => ({ stretch, timeframe: recognise(stretch.gaps), strong: isStrong(stretch.gaps) }))
    .filter(({ timeframe }) => timeframe !== 'unknown');
  if (given === undefined) return agreed(evidence, stretches);
  for (const { stretch, timeframe } of evidence) {
    if (isSupported(timeframe) && isDaily(timeframe) !== isDaily(given)) {
      throw new BarFileError({ file: stretch.file, value: timeframe }, `is the timeframe of ${stretch.symbol}, not ${given}`);
    }
  }
  return given;
}

function agreed(evidence: readonly Evidence[], stretches: readonly Stretch[]): Timeframe {
  const deciding = new Set(decidingOf(evidence));
  const smallest = [...deciding].reduce<Evidence | undefined>(smaller, undefined);
  if (smallest === undefined) {
    throw new BarFileError(
      { file: stretches[0]?.file ?? '' },
      `has too few bars to tell their timeframe: say it with --timeframe (${TIMEFRAMES.join(', ')})`,
    );
  }
  const { timeframe } = smallest;
  if (!isSupported(timeframe)) throw unsupported(smallest.stretch);
  for (const other of evidence) {
    const decides = deciding.has(other) || (isSupported(other.timeframe) && isDaily(other.timeframe) !== isDaily(timeframe));
    if (decides && other.timeframe !== timeframe) throw mixed(other, smallest);
  }
  return timeframe;
}

/** A few bars far apart may just be sparse, so that they do not decide where others do. */
function decidingOf(evidence: readonly Evidence[]): readonly Evidence[] {
  const strong = evidence.filter((one) => one.strong);
  if (strong.length > 0) return strong;
  const supported = evidence.filter(({ timeframe }) => isSupported(timeframe));
  return supported.length > 0 ? supported : evidence;
}

/** Unsupported gaps come first: they are to be named before anything is made of the rest. */
function smaller(least: Evidence | undefined, other: Evidence): Evidence {
  return least === undefined || rank(other.timeframe) < rank(least.timeframe) ? other : least;
}

const isSupported = (timeframe: Recognised): timeframe is Timeframe => timeframe !== 'unknown' && timeframe !== 'unsupported';
const isDaily = (timeframe: Timeframe): boolean => timeframe === '1d';
const rank = (timeframe: Recognised): number => (isSupported(timeframe) ? MINUTES_OF[timeframe] : 0);

function unsupported(stretch: Stretch): BarFileError {
  const gap = describeGap(stretch.gaps.divisorMs);
  return new BarFileError(
    { file: stretch.file, value: gap },
    `is the distance between the bars of ${stretch.symbol}, which is none of ${TIMEFRAMES.join(', ')}`,
  );
}

function mixed(other: Evidence, first: Evidence): BarFileError {
  const place = { file: other.stretch.file, value: other.timeframe };
  return new BarFileError(
    place,
    `is the timeframe of ${other.stretch.symbol}, but ${first.stretch.file} has ${first.timeframe} bars`,
  );
}

const describeGap = (ms: number): string =>
  ms % 60_000 === 0 ? `${ms / 60_000}m` : ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
