import path from 'node:path';
import {
  approvals,
  killSwitchTest,
  paperDaysBefore,
  readinessLimits,
  shownFigure,
  type GateName,
} from '@aitrader/application-readiness';
import { tradesRealMoney } from '@aitrader/application-recordings';
import { readinessOf, type OpenHome } from '@aitrader/application-supervision';
import type { RecordedManifest } from '@aitrader/contracts';
import type { ReadinessPart } from './wire.ts';

/** What somebody does about a gate that is not met; `RUN` stands for the run. */
const TODO: Readonly<Record<GateName, string>> = {
  'paper-days': 'the job daily-parity of the schedule records each paper day: one that is not clean begins the count anew',
  fleet: 'all services of the run have to run, in the version of this program',
  lag: 'wait for the services, or look why one stands',
  'data-age': 'wait for the next bar, or look why none comes',
  'data-level': 'look at what the vendors say',
  limits: 'npx aitrader readiness approve RUN --reason …',
  'unknown-orders': 'ask the broker: npx aitrader reconcile RUN',
  doubts: 'explain each break: npx aitrader reconcile RUN',
  halts: 'resume once what halted is over',
  'kill-switch': 'npx aitrader readiness RUN --gate',
};

/**
 * Whether a run may be armed, with what that rests on; of a paper run, whether it would be.
 * @throws ConfigurationError for a file of the home that is none, UnknownRunError, BrokenRecordingError
 */
export async function readinessPart(open: OpenHome, manifest: RecordedManifest): Promise<ReadinessPart> {
  const { run } = manifest;
  const { date, at, isReady, isPreOpenMet, gates, armed } = await readinessOf(open, run);
  const { paperDays } = await readinessLimits(open.home);
  const [days, approved, test] = await Promise.all([
    paperDaysBefore(open.home, date, paperDays),
    approvals(open.home),
    killSwitchTest(open.home, run),
  ]);
  // where the home lies is nothing to who looks from elsewhere
  const within = (words: string): string => words.replaceAll(`${open.home}${path.sep}`, '');
  const firstUnclean = days.findIndex(({ problem }) => problem !== null);
  return {
    ...{ run, isLive: tradesRealMoney(manifest), date, at, isReady, isPreOpenMet, armed },
    days: days.map((day) => ({ ...day, problem: day.problem === null ? null : within(day.problem) })),
    gates: gates.map(({ name, isMet, value, limit, words }) => ({
      ...{ key: name, isMet, words: within(words), todo: isMet ? '' : TODO[name].replace('RUN', run) },
      ...{ value: shownFigure(value), limit: shownFigure(limit) },
    })),
    cleanDays: firstUnclean < 0 ? days.length : firstUnclean,
    approval: approved.at(-1) ?? null,
    killSwitch: test === undefined ? null : { date: test.date, seq: test.seq, heardMs: test.heardMs, at: test.at },
  };
}
