import { feedEndOf } from '@aitrader/application-pipeline';
import type { FeedEnd } from '@aitrader/core-market';
import { runId, type Closing, type EpochMs, type Followed, type Manifest, type RunId } from '@aitrader/model';
import {
  publishClosing,
  readClosing,
  UnknownRunError,
  wholeClosing,
  type Bus,
  type FencedPublisher,
  type ToldClosing,
} from '@aitrader/runtime-bus';
import { ConfigurationError } from '@aitrader/runtime-configuration';

/** The run that this one goes on from, as far as a feed is concerned. */
export interface FollowedRun {
  readonly followed: Followed;
  /** how its feed ended */
  readonly end: FeedEnd;
  readonly left: Pick<Closing, 'timeframe' | 'positions' | 'orders'>;
  readonly messages: ToldClosing['messages'];
}

/**
 * What a run goes on from: as it has recorded it itself, or as the run before left it.
 * @throws UnknownRunError, BrokenRecordingError, CarriedStateError
 */
export async function readFollowed(bus: Bus, run: RunId, follows: string): Promise<FollowedRun> {
  const before = runId(follows);
  const own = await readClosing(bus, run, 'opening').catch((error: unknown) => {
    if (error instanceof UnknownRunError) return undefined;
    throw error;
  });
  const { reader, messages } = own?.reader.isWhole === true ? own : await wholeClosing(bus, before, 'closing');
  const closing = reader.closing((of) => of === 'ingest');
  const followed = { run: closing.run, digest: closing.digest, closing: reader.hash };
  return { followed, end: feedEndOf(closing), left: closing, messages };
}

/** Records what the run goes on from, before its first bar. */
export async function openRun(publisher: FencedPublisher, { end, messages }: FollowedRun): Promise<void> {
  await publisher.own('opening', -1);
  await publishClosing(publisher, 'opening', end.t, messages);
}

/** @throws ConfigurationError for bars that what is held cannot be watched in */
export function assertWatches({ followed, left, end }: FollowedRun, { run, timeframe, universe, to }: Manifest): void {
  const symbols = new Set(universe);
  const held = [...left.positions, ...left.orders].map(({ symbol }) => symbol).filter((symbol) => !symbols.has(symbol));
  const problems = [
    ...(left.timeframe === timeframe ? [] : [`${followed.run} has bars of ${left.timeframe}, and these are of ${timeframe}`]),
    ...(held.length === 0 ? [] : [`${followed.run} left ${[...new Set(held)].join(', ')}, and there are no bars of it`]),
    ...(to > end.t ? [] : [`there are no bars after ${at(end.t)}, where ${followed.run} ended`]),
  ];
  if (problems.length > 0) throw new ConfigurationError(`run ${run}`, problems);
}

const at = (t: EpochMs): string => new Date(t).toISOString();
