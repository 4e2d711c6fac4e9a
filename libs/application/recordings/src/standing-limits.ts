import { addressOf, decodeControl, operatorSubjects, subjectOfEveryVersion, upcast } from '@aitrader/contracts';
import { limitIn, OPERATOR_LIMITS, type EpochMs, type Manifest, type OperatorLimit, type StandingLimits } from '@aitrader/model';
import { readLogTo, recordingInfo, type Bus } from '@aitrader/runtime-bus';
import { OpenedRun } from './opened-run.ts';
import { heardByRisk } from './risk-hearing.ts';

/** Who made a limit what it is, and why. */
export interface LimitCommand {
  /** where it stands in the recording */
  readonly seq: number;
  readonly t: EpochMs;
  readonly actor: string;
  readonly reason: string;
}

/** A limit of risk as a run's configuration has it, and as it was commanded since; null: none. In the configuration's unit. */
export interface StandingLimit {
  readonly limit: OperatorLimit;
  readonly configured: number | null;
  /** what risk goes by, as far as it has decided */
  readonly inForce: number | null;
  /** the command that it rests on; null of one that is as configured, or that the run before left */
  readonly by: LimitCommand | null;
  /** what was recorded and risk has not decided by yet; null: nothing */
  readonly pending: { readonly most: number | null; readonly by: LimitCommand } | null;
}

/** What a limit was made; infinite where it is as configured again. */
interface Commanded {
  readonly most: number;
  readonly by: LimitCommand | null;
}
type CommandedLimits = ReadonlyMap<OperatorLimit, readonly Commanded[]>;

const AS_CONFIGURED: Commanded = { most: Infinity, by: null };

/** The limits that operators can make smaller, as they stand at the end of a recording. @throws UnknownRunError, ContractError */
export async function standingLimits(bus: Bus, manifest: Manifest): Promise<StandingLimit[]> {
  const commanded = await commandedLimits(bus, manifest);
  const seqs = [...commanded.values()].flat().flatMap(({ by }) => (by === null ? [] : [by.seq]));
  const heard = seqs.length === 0 ? 0 : await heardByRisk(bus, manifest.run, Math.min(...seqs));
  return OPERATOR_LIMITS.map((limit) => {
    const configured = limitIn(manifest.config.risk, limit);
    const all = commanded.get(limit) ?? [];
    const taken = all.findLast(({ by }) => by === null || by.seq < heard) ?? AS_CONFIGURED;
    const last = all.at(-1) ?? AS_CONFIGURED;
    const value = ({ most }: Commanded): number | null => (most < (configured ?? Infinity) ? most : configured);
    const isSmaller = taken.most < (configured ?? Infinity);
    const pending = last.by === null || last === taken ? null : { most: value(last), by: last.by };
    return { limit, configured, inForce: value(taken), by: isSmaller ? taken.by : null, pending };
  });
}

/** What each limit was made, one after the other. */
async function commandedLimits(bus: Bus, manifest: Manifest): Promise<CommandedLimits> {
  const { run } = manifest;
  const { state } = await recordingInfo(bus, run);
  const opened = new OpenedRun(manifest);
  const commanded = new Map<OperatorLimit, Commanded[]>();
  const note = (limit: OperatorLimit, one: Commanded): void => {
    commanded.set(limit, [...(commanded.get(limit) ?? []), one]);
  };
  await readLogTo(bus, state.last_seq, {
    run,
    subjects: [subjectOfEveryVersion(run, 'opening'), ...operatorSubjects(run)],
    from: state.first_seq,
    onMessage: ({ seq, subject, data }) => {
      const { fact, version } = addressOf(subject);
      if (fact === 'opening') {
        if (opened.offer(data)) for (const [limit, most] of leftBefore(opened)) note(limit, { most, by: null });
        return;
      }
      const { t, actor, reason, limits } = decodeControl(upcast('control', version, data));
      for (const { limit, most } of limits) note(limit, { most: most ?? Infinity, by: { seq, t, actor, reason } });
    },
  });
  return commanded;
}

/** What risk was left with; earlier code left no limits. */
function leftBefore(opened: OpenedRun): StandingLimits {
  const risk = opened.closing().states.find(({ of }) => of === 'risk');
  return (risk?.state as { readonly limits?: StandingLimits } | undefined)?.limits ?? new Map();
}
