import { STAGES, TOPOLOGY, subjectsRead, type StageName } from '@aitrader/contracts';
import type { Manifest } from '@aitrader/model';
import { holderOf, lastMessage, type Bus, type Standing } from '@aitrader/runtime-bus';

/** An instance of a stage, and what the process that runs it was built from. */
export interface FleetInstance {
  readonly stage: StageName;
  /** −1 for a stage of the account */
  readonly shard: number;
  /** SHA-256 over its code; undefined when nobody answers, or who answers does not say it */
  readonly build: string | undefined;
  /** whether somebody answers */
  readonly isThere: boolean;
  /** how far it has read; undefined of one that does not read, or does not say so */
  readonly standing: Standing | undefined;
}

type RunShape = Pick<Manifest, 'run' | 'shards' | 'config'>;

const instancesOf = ({ shards, config }: RunShape): readonly Pick<FleetInstance, 'stage' | 'shard'>[] =>
  STAGES.filter((stage) => stage !== 'scanner' || config.scanner !== null).flatMap((stage) =>
    TOPOLOGY[stage].per === 'account' ? [{ stage, shard: -1 }] : Array.from({ length: shards }, (_, shard) => ({ stage, shard })),
  );

/** Who runs each instance of a run's stages, asked on the bus: whatever started them. */
export function fleetOf(bus: Bus, shape: RunShape): Promise<readonly FleetInstance[]> {
  return Promise.all(
    instancesOf(shape).map(async (instance) => {
      const holder = await holderOf(bus, shape.run, instance.stage, instance.shard);
      const hash = holder?.build.hash ?? '';
      return {
        ...instance,
        ...{ build: hash === '' ? undefined : hash, isThere: holder !== undefined, standing: holder?.standing },
      };
    }),
  );
}

/** Instances that are not known to run this build. */
export const othersIn = (fleet: readonly FleetInstance[], build: string): readonly FleetInstance[] =>
  fleet.filter((instance) => instance.build !== build);

/** The place in a run's recording of the last message on each subject that its stages read; none of a subject without messages. */
export async function lastPlacesOf(bus: Bus, shape: RunShape): Promise<ReadonlyMap<string, number>> {
  const { run, shards } = shape;
  const subjects = [...new Set(instancesOf(shape).flatMap(({ stage, shard }) => subjectsRead(run, stage, shard, shards)))];
  const last = await Promise.all(subjects.map((subject) => lastMessage(bus, run, subject)));
  return new Map(last.flatMap((message) => (message === undefined ? [] : [[message.subject, message.seq] as const])));
}

/**
 * How far the instance is behind that is furthest: the intervals that wait in it, and the subjects of which it has not read the last message;
 * undefined where one that reads does not say so. A reader that gets nothing any more has no interval waiting: only the recording tells of it.
 */
export function lagOf(
  fleet: readonly FleetInstance[],
  lastPlaces: ReadonlyMap<string, number>,
  { run, shards }: RunShape,
): number | undefined {
  const reading = fleet.filter(({ stage }) => TOPOLOGY[stage].reads.length > 0 && stage !== 'ingest');
  const behind = reading.map(({ stage, shard, standing }) => {
    if (standing === undefined) return Number.NaN;
    const unread = subjectsRead(run, stage, shard, shards).filter((subject) => (lastPlaces.get(subject) ?? 0) > standing.seq);
    return standing.waiting + unread.length;
  });
  const most = Math.max(...behind);
  return Number.isNaN(most) || behind.length === 0 ? undefined : most;
}

const HASH_SHOWN = 12;
/** A build, as people can tell it from another one. */
export const shownBuild = (hash: string): string => hash.slice(0, HASH_SHOWN);

/** Who the instances are that run another build than one, in words; empty where there are none. */
export function othersText(others: readonly FleetInstance[], build: string): string {
  const named = others.map(({ stage, shard, build: theirs, isThere }) => {
    const who = shard < 0 ? stage : `${stage} of shard ${shard}`;
    if (!isThere) return `${who} does not answer`;
    return theirs === undefined ? `${who} does not say its build` : `${who} runs build ${shownBuild(theirs)}`;
  });
  return named.length === 0 ? '' : `${named.join(', ')}, and the run is of build ${shownBuild(build)}`;
}
