import { intervalOf, subjectOfEveryVersion, TOPOLOGY, versionOf } from '@aitrader/contracts';
import type { EpochMs, RunId } from '@aitrader/model';
import { readLogTo, recordingInfo, type Bus } from '@aitrader/runtime-bus';

const WAITED_FOR = TOPOLOGY.risk.reads.filter(({ when }) => when === 'now').map(({ fact }) => fact);

/**
 * The sequence before which risk has heard every command: where the last interval that it has decided was complete for it. Of commands from
 * the sequence `from` on; 0 where risk has decided nothing since. @throws UnknownRunError
 */
export async function heardByRisk(bus: Bus, run: RunId, from: number): Promise<number> {
  const { state } = await recordingInfo(bus, run);
  let decided: { readonly t: EpochMs; readonly seq: number; readonly after: number } | undefined;
  await readLogTo(bus, state.last_seq, {
    run,
    subjects: [subjectOfEveryVersion(run, 'orders')],
    from,
    onMessage: ({ seq, data }) => (decided = { t: intervalOf('orders', data), seq, after: decided?.seq ?? from }),
  });
  if (decided === undefined) return 0;
  const { t, seq, after } = decided;
  // what completes an interval mostly stands between its decision and the one before
  const near = await completedAt(bus, run, t, [after, seq]);
  return near > 0 ? near : completedAt(bus, run, t, [from, after]);
}

/** The last message within a range of sequences that risk waited for in an interval; 0 where there is none. */
async function completedAt(bus: Bus, run: RunId, t: EpochMs, [from, to]: readonly [number, number]): Promise<number> {
  let last = 0;
  await readLogTo(bus, to, {
    run,
    subjects: WAITED_FOR.map((fact) => subjectOfEveryVersion(run, fact)),
    from,
    onMessage: ({ seq, subject, data }) => {
      const { fact } = versionOf(subject) ?? {};
      if (fact !== undefined && intervalOf(fact, data) === t) last = seq;
    },
  });
  return last;
}
