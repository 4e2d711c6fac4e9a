import { addressOf, decodeBars, decodeControl, isOperatorSubject } from '@aitrader/contracts';
import { noteSaid, restoreMinute, restoreSources, resumeSources, type DataWatch, type LiveSources } from '@aitrader/core-market';
import { epochMs, item, newBarSlice, type BarSlice, type Manifest } from '@aitrader/model';
import { readingMessage, readMessages, type Bus } from '@aitrader/runtime-bus';

/**
 * Takes up a live market behind the minute `sent`, the last one that the recording has of every shard: its slices, and what was said of them.
 * They are followed from then on. Gives the slices of the next minute that are recorded already.
 */
export async function resumeLive(
  bus: Bus,
  { run, shards, universe }: Manifest,
  sent: number,
  sources: LiveSources,
  watch: DataWatch,
  now: () => number,
): Promise<readonly BarSlice[]> {
  const published: BarSlice[] = [];
  const slices = Array.from({ length: shards }, (_, shard) => newBarSlice(shard, '1m', universe.length));
  await readMessages(bus, run, (message) =>
    readingMessage(message, () => {
      const { fact, shard } = addressOf(message.subject);
      if (fact === 'control' && !isOperatorSubject(message.subject)) noteSaid(watch, decodeControl(message.data));
      if (fact !== 'bars') return;
      const slice = item(slices, shard);
      decodeBars(message.data, slice);
      // of a minute that was cut short the other shards come now, and this one is told again
      if (slice.t > sent) {
        published.push(structuredClone(slice));
        return;
      }
      restoreSources(sources, slice);
      if (slices.every(({ t }) => t === slice.t)) restoreMinute(watch, slices);
    }),
  );
  resumeSources(sources, epochMs(sent), now());
  return published;
}
