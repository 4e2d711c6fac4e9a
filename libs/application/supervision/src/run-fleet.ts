import { STAGES, TOPOLOGY, type StageName } from '@aitrader/contracts';
import type { Manifest } from '@aitrader/model';
import { holderOf, type Bus, type Standing } from '@aitrader/runtime-bus';

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

/** Who runs each instance of a run's stages, asked on the bus: whatever started them. */
export function fleetOf(
  bus: Bus,
  { run, shards, config }: Pick<Manifest, 'run' | 'shards' | 'config'>,
): Promise<readonly FleetInstance[]> {
  const stages = STAGES.filter((stage) => stage !== 'scanner' || config.scanner !== null);
  const instances = stages.flatMap((stage) =>
    TOPOLOGY[stage].per === 'account' ? [{ stage, shard: -1 }] : Array.from({ length: shards }, (_, shard) => ({ stage, shard })),
  );
  return Promise.all(
    instances.map(async (instance) => {
      const holder = await holderOf(bus, run, instance.stage, instance.shard);
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

/** Intervals that wait in the instance that has the most of them; undefined where one that reads does not say so. */
export function lagOf(fleet: readonly FleetInstance[]): number | undefined {
  const reading = fleet.filter(({ stage }) => TOPOLOGY[stage].reads.length > 0 && stage !== 'ingest');
  const waiting = reading.map(({ standing }) => standing?.waiting ?? Number.NaN);
  const most = Math.max(...waiting);
  return Number.isNaN(most) || waiting.length === 0 ? undefined : most;
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
