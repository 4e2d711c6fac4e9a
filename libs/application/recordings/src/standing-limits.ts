import { addressOf, decodeControl, operatorSubjects, subjectOf, upcast } from '@aitrader/contracts';
import { limitIn, OPERATOR_LIMITS, type EpochMs, type Manifest, type OperatorLimit, type StandingLimits } from '@aitrader/model';
import { readLogTo, recordingInfo, type Bus } from '@aitrader/runtime-bus';
import { OpenedRun } from './opened-run.ts';

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
  readonly inForce: number | null;
  /** the command that it rests on; null of one that is as configured, or that the run before left */
  readonly by: LimitCommand | null;
}

interface Commanded {
  readonly most: number;
  readonly by: LimitCommand | null;
}

/** The limits that operators can make smaller, as they stand at the end of a recording. @throws UnknownRunError, ContractError */
export async function standingLimits(bus: Bus, manifest: Manifest): Promise<StandingLimit[]> {
  const commanded = await commandedLimits(bus, manifest);
  return OPERATOR_LIMITS.map((limit) => {
    const configured = limitIn(manifest.config.risk, limit);
    const { most, by } = commanded.get(limit) ?? { most: Infinity, by: null };
    const isSmaller = most < (configured ?? Infinity);
    return { limit, configured, inForce: isSmaller ? most : configured, by: isSmaller ? by : null };
  });
}

async function commandedLimits(bus: Bus, manifest: Manifest): Promise<ReadonlyMap<OperatorLimit, Commanded>> {
  const { run } = manifest;
  const { state } = await recordingInfo(bus, run);
  const opened = new OpenedRun(manifest);
  const commanded = new Map<OperatorLimit, Commanded>();
  await readLogTo(bus, state.last_seq, {
    run,
    subjects: [subjectOf(run, 'opening'), ...operatorSubjects(run)],
    from: state.first_seq,
    onMessage: ({ seq, subject, data }) => {
      const { fact, version } = addressOf(subject);
      if (fact === 'opening') {
        if (opened.offer(data)) for (const [limit, most] of leftBefore(opened)) commanded.set(limit, { most, by: null });
        return;
      }
      const { t, actor, reason, limits } = decodeControl(upcast('control', version, data));
      for (const { limit, most } of limits)
        if (most === null) commanded.delete(limit);
        else commanded.set(limit, { most, by: { seq, t, actor, reason } });
    },
  });
  return commanded;
}

/** What risk was left with; earlier code left no limits. */
function leftBefore(opened: OpenedRun): StandingLimits {
  const risk = opened.closing().states.find(({ of }) => of === 'risk');
  return (risk?.state as { readonly limits?: StandingLimits } | undefined)?.limits ?? new Map();
}
