import { executionKnown, manifestOrFail, thisCode } from '@aitrader/application-recordings';
import {
  approvals,
  cleanDaysBefore,
  gateText,
  killSwitchTest,
  readinessLimits,
  verdictOn,
  type Evidence,
  type ReadinessVerdict,
} from '@aitrader/application-readiness';
import {
  addressOf,
  decodeControl,
  decodeOrderEvents,
  decodeOrders,
  intervalOf,
  operatorSubjects,
  subjectOfEveryVersion,
  upcast,
} from '@aitrader/contracts';
import { newYorkDate } from '@aitrader/core-sessions';
import type { Control, Manifest, RunId } from '@aitrader/model';
import { lastOf, readLogTo, recordingInfo, type Bus } from '@aitrader/runtime-bus';
import { configHashOf, wallClock } from '@aitrader/runtime-configuration';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotCommand } from './command-version.ts';
import type { OpenHome } from './home.ts';
import { keepRecords } from './kept-home.ts';
import { fleetOf, lagOf, lastPlacesOf, othersIn, othersText, shownBuild, type FleetInstance } from './run-fleet.ts';
import { healthOf, type ServiceHealth } from './service-health.ts';

/** Who armed a run, by its recording. */
export interface Armed {
  readonly by: string;
  readonly reason: string;
  /** the trade date that it is armed for */
  readonly date: string;
}

/** Whether a run may be armed, and whether it is. */
export interface RunReadiness extends ReadinessVerdict {
  readonly run: RunId;
  readonly kind: Manifest['kind'];
  /** its trade date */
  readonly date: string;
  /** epoch ms */
  readonly at: number;
  /** null: nobody has armed it, or somebody has disarmed it since */
  readonly armed: Armed | null;
}

/** A run that may not be armed: names each gate that is not met. */
export class NotReady extends CannotCommand {
  override readonly name = 'NotReady';
  readonly readiness: RunReadiness;
  constructor(readiness: RunReadiness) {
    const refused = readiness.gates.filter(({ isMet }) => !isMet).map((gate) => `  ${gateText(gate)}`);
    super(`${readiness.run} is not ready for real money, and nothing lets it be armed all the same:\n${refused.join('\n')}`);
    this.readiness = readiness;
  }
}

const MS = 1_000;
/** An interval may be on its way through the services as they are asked. */
const ASKED_TIMES = 20;
const ASK_WAIT_MS = 250;

/** SHA-256 of what limits a run: its risk, and how its orders are worked at its broker. */
export const limitsHashOf = ({ risk, broker }: Pick<Manifest['config'], 'risk' | 'broker'>): string =>
  configHashOf({ risk: { ...risk }, broker: broker === null ? null : { ...broker } });

/** Looks at a run and what is behind it, and asks every gate. @throws UnknownRunError, BrokenRecordingError, ConfigurationError */
export async function readinessOf(open: OpenHome, name: string): Promise<RunReadiness> {
  const { home, bus } = open;
  const manifest = await manifestOrFail(bus, name);
  await keepRecords(home);
  const { run, kind, to } = manifest;
  const date = newYorkDate(to);
  const at = wallClock(process.env).now();
  const limits = await readinessLimits(home);
  const days = await cleanDaysBefore(home, date, limits.paperDays);
  const told = await toldIn(bus, run);
  const test = await killSwitchTest(home, run);
  const isOfToday = test?.date === date && test.run === run;
  const evidence: Evidence = {
    ...{ paperDays: days.count, paperProblem: days.problem },
    ...(await fleetFound(open, manifest)),
    ...(await accountOf(bus, manifest)),
    ...{ dataAgeSeconds: await dataAge(bus, manifest, at), dataLevel: told.level },
    ...{ limitsHash: limitsHashOf(manifest.config), approvedHash: (await approvals(home)).at(-1)?.hash },
    killSwitchMs: isOfToday ? (test.heardMs ?? undefined) : undefined,
  };
  return { run, kind, date, at, armed: told.armed, ...verdictOn(evidence, limits) };
}

/** @throws NotReady */
export async function requireReadiness(open: OpenHome, name: string): Promise<void> {
  const readiness = await readinessOf(open, name);
  if (!readiness.isReady) throw new NotReady(readiness);
}

async function fleetFound({ home, bus }: Pick<OpenHome, 'home' | 'bus'>, manifest: Manifest): Promise<FleetEvidence> {
  for (let asked = 1; ; asked++) {
    // before the services are asked: what comes meanwhile is none of their lag
    const lastPlaces = await lastPlacesOf(bus, manifest);
    const fleet = await fleetOf(bus, manifest);
    const lag = lagOf(fleet, lastPlaces, manifest);
    const found = fleetIn(await healthOf(home, manifest.run), fleet, lag, manifest);
    // of what nobody runs the next look tells nothing else
    const isIdle = fleet.every(({ isThere }) => !isThere);
    if ((found.otherServices === 0 && found.lag === 0) || isIdle || asked >= ASKED_TIMES) return found;
    await sleep(ASK_WAIT_MS);
  }
}

type FleetEvidence = Pick<Evidence, 'otherServices' | 'fleetProblem' | 'lag'>;

/**
 * Whoever runs an instance, wherever, has to answer with the run's build, which is this one, and to say how far it has read. Services that are supervised
 * here have to run, too.
 */
function fleetIn(
  services: readonly ServiceHealth[],
  fleet: readonly FleetInstance[],
  lag: number | undefined,
  { codeHash }: Manifest,
): FleetEvidence {
  if (codeHash === '') return { otherServices: undefined, fleetProblem: 'the run does not say its build', lag: undefined };
  const own = thisCode().hash;
  if (codeHash !== own) {
    const fleetProblem = `this program is of build ${shownBuild(own)}, and the run of ${shownBuild(codeHash)}`;
    return { otherServices: fleet.length, fleetProblem, lag: undefined };
  }
  const others = othersIn(fleet, codeHash);
  const idle = services.filter(({ status }) => status !== 'running');
  const idleText = idle.map(({ stage, status }) => `${stage} is ${status ?? 'not reached'}`).join(', ');
  return {
    otherServices: Math.max(idle.length, others.length),
    fleetProblem: others.length > 0 ? othersText(others, codeHash) : idleText,
    lag,
  };
}

/** What its last words say of the account; of the simulated broker nothing can be in doubt. */
async function accountOf(bus: Bus, manifest: Manifest): Promise<Pick<Evidence, 'unknownOrders' | 'doubts' | 'halts'>> {
  const { run, config } = manifest;
  const decided = await lastOf(bus, run, 'orders');
  const halts = decided === undefined ? undefined : decodeOrders(decided.data).trips.length;
  if (config.broker === null) return { unknownOrders: 0, doubts: 0, halts };
  const { orders } = await executionKnown(bus, manifest);
  const unknown = [...orders.values()]
    .flatMap(({ groups }) => groups.flatMap(({ tickets }) => tickets))
    .filter(({ status }) => status === 'unknown');
  const word = await lastOf(bus, run, 'order-events');
  const doubt = word === undefined ? undefined : decodeOrderEvents(word.data).doubt;
  if (doubt === undefined || doubt === null) return { unknownOrders: unknown.length, doubts: undefined, halts };
  const holds = doubt.holds.filter(({ cause }) => cause !== 'not-armed');
  const isKnown = doubt.standing === 'known';
  return { unknownOrders: unknown.length, doubts: doubt.breaks.length + holds.length + Number(!isKnown), halts };
}

/** How old the oldest of the shards' last intervals is. */
async function dataAge(bus: Bus, { run, shards, timeframe }: Manifest, now: number): Promise<number | undefined> {
  if (timeframe !== '1m') return undefined;
  const last = await Promise.all(Array.from({ length: shards }, (_, shard) => lastOf(bus, run, 'bars', shard)));
  const times = last.map((message) => (message === undefined ? Number.NaN : intervalOf('bars', message.data)));
  return (now - Math.min(...times)) / MS;
}

/** What commands of the feed and of operators have said last. */
async function toldIn(bus: Bus, run: RunId): Promise<{ readonly level: number | undefined; readonly armed: Armed | null }> {
  const { state } = await recordingInfo(bus, run);
  let level: number | undefined;
  let armed: Armed | null = null;
  const hear = ({ kind, data, actor: by, reason, about }: Control): void => {
    level = data.at(-1)?.level ?? level;
    if (kind === 'arm') armed = { by, reason, date: about };
    else if (kind === 'disarm') armed = null;
  };
  await readLogTo(bus, state.last_seq, {
    run,
    subjects: [subjectOfEveryVersion(run, 'control'), ...operatorSubjects(run)],
    from: state.first_seq,
    onMessage: ({ subject, data }) => {
      const { fact, version } = addressOf(subject);
      hear(decodeControl(upcast(fact, version, data)));
    },
  });
  return { level, armed };
}
