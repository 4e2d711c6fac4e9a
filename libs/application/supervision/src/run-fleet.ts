import { STAGES, TOPOLOGY, type StageName } from '@aitrader/contracts';
import type { Manifest } from '@aitrader/model';
import { holderOf, type Bus } from '@aitrader/runtime-bus';

/** An instance of a stage, and what the process that runs it was built from. */
export interface FleetInstance {
  readonly stage: StageName;
  /** −1 for a stage of the account */
  readonly shard: number;
  /** SHA-256 over its code; undefined when nobody answers, or who answers does not say it */
  readonly build: string | undefined;
}

/** Who runs each instance of a run's stages, asked on the bus: whatever started them. */
export function fleetOf(bus: Bus, { run, shards, config }: Manifest): Promise<readonly FleetInstance[]> {
  const stages = STAGES.filter((stage) => stage !== 'scanner' || config.scanner !== null);
  const instances = stages.flatMap((stage) =>
    TOPOLOGY[stage].per === 'account' ? [{ stage, shard: -1 }] : Array.from({ length: shards }, (_, shard) => ({ stage, shard })),
  );
  return Promise.all(
    instances.map(async (instance) => {
      const hash = (await holderOf(bus, run, instance.stage, instance.shard))?.build.hash ?? '';
      return { ...instance, build: hash === '' ? undefined : hash };
    }),
  );
}

/** Instances that are not known to run this build. */
export const othersIn = (fleet: readonly FleetInstance[], build: string): readonly FleetInstance[] =>
  fleet.filter((instance) => instance.build !== build);
