import { newYorkDate, newYorkInstant } from '@aitrader/core-sessions';
import type { EpochMs, Manifest, RunId, Ticker } from '@aitrader/model';
import { decodeInterval } from '@aitrader/application-pipeline';
import { SymbolWalk, type Why } from '@aitrader/application-time-machine';
import { manifestOf, readRecording, type Bus } from '@aitrader/runtime-bus';

/*
 * Why a symbol was entered in an interval, or was not: what the strategy made of its bar, and what risk's gates say.
 *
 * 1. What was recorded is shown as it was; what was not is recomputed from the recorded bars, states, signals and words, by the stages of today.
 * 2. Whether they decide up to there what was recorded is said.
 */

/** Thrown when a recording has nothing of that symbol or that time. */
export class NothingThereError extends Error {
  override readonly name = 'NothingThereError';
}

/** Why a symbol was entered, or was not, in the interval that closes at `at`. @throws NothingThereError, UnknownRunError, BrokenRecordingError */
export async function whyAt(
  bus: Bus,
  run: RunId,
  asked: { readonly symbol: Ticker; readonly at: MomentAsked },
  onProgress: (share: number) => void,
): Promise<Why> {
  const of = await manifestOf(bus, run);
  if (of === undefined) throw new NothingThereError(`${run} has nothing recorded`);
  const { symbol } = asked;
  if (!of.universe.includes(symbol)) throw new NothingThereError(`${run} does not trade ${symbol}`);
  const at = instantOf(asked.at, of);
  let walk: SymbolWalk | undefined;
  await readRecording(bus, run, {
    onProgress,
    untilBroken: true,
    onInterval: (recorded, _, opening) => {
      walk ??= new SymbolWalk(
        of,
        symbol,
        at,
        opening?.closing((stage) => stage === 'strategy' || stage === 'risk'),
      );
      if (recorded.t > at) return;
      decodeInterval(recorded, walk.interval);
      walk.pass();
    },
  });
  if (walk?.why !== undefined) return walk.why;
  const before =
    walk === undefined || walk.interval.t === 0 ? '' : `; the last one before closed at ${instantText(walk.interval.t)}`;
  throw new NothingThereError(`${run} has no interval that closed at ${instantText(at)}${before}`);
}

const instantText = (t: number): string => new Date(t).toISOString().replace('.000', '');

/** A minute of a date in New York, of the run's first date where none is said, or an instant. */
export type MomentAsked = { readonly minute: number; readonly date: string | null } | EpochMs;

/** @throws NothingThereError where a date has to be said */
function instantOf(asked: MomentAsked, { run, from, to }: Manifest): EpochMs {
  if (typeof asked === 'number') return asked;
  const [first, last] = [newYorkDate(from), newYorkDate(to)];
  if (asked.date === null && first !== last)
    throw new NothingThereError(`${run} is of the dates from ${first} to ${last}: say which one, as in "${first} 10:00"`);
  return newYorkInstant(asked.date ?? first, asked.minute);
}
