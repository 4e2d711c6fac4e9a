import { Module, type DynamicModule } from '@nestjs/common';
import type { Manifest } from '@aitrader/model';
import { JetStreamServer } from './jetstream.server.ts';
import { RunManifest } from './run-manifest.ts';
import { ServiceServer } from './service.server.ts';
import { StageInstances, type StageInstance } from './stage-instances.ts';

/** What the module of a stage's service imports, and exports again: the transport, and the instances for its controller. */
@Module({})
export class StageModule {
  /** `newInstance` makes a stage at its initial state, for one shard (−1: the account). */
  static of(newInstance: (manifest: Manifest, shard: number) => StageInstance): DynamicModule {
    return {
      module: StageModule,
      providers: [
        RunManifest,
        JetStreamServer,
        { provide: ServiceServer, useExisting: JetStreamServer },
        { provide: StageInstances, useValue: new StageInstances(newInstance) },
      ],
      exports: [RunManifest, ServiceServer, StageInstances],
    };
  }
}
