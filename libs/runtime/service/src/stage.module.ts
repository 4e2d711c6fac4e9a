import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { Manifest } from '@aitrader/model';
import { JetStreamServer } from './jetstream.server.ts';
import { RunManifest } from './run-manifest.ts';
import { ServiceServer } from './service.server.ts';
import { StageInstances, type StageInstance } from './stage-instances.ts';

/** What a stage has beside itself in its process: a transport of its own, and what it or the controller needs. */
export interface StageHosting {
  readonly server?: Type<JetStreamServer>;
  readonly providers?: readonly Type[];
}

/** What the module of a stage's service imports, and exports again: the transport, and the instances for its controller. */
@Module({})
export class StageModule {
  /** `newInstance` makes a stage at its initial state, for one shard (−1: the account). */
  static of(
    newInstance: (manifest: Manifest, shard: number) => StageInstance,
    { server, providers }: StageHosting = {},
  ): DynamicModule {
    return {
      module: StageModule,
      providers: [
        RunManifest,
        ...(providers ?? []),
        server ?? JetStreamServer,
        { provide: ServiceServer, useExisting: server ?? JetStreamServer },
        { provide: StageInstances, useValue: new StageInstances(newInstance) },
      ],
      exports: [RunManifest, ServiceServer, StageInstances, ...(providers ?? [])],
    };
  }
}
