import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'winston';
import type { StageName } from '@aitrader/contracts';
import type { Bus } from '@aitrader/runtime-bus';
import type { ServiceEnvironment } from '@aitrader/runtime-configuration';
import {
  BUS,
  ENVIRONMENT,
  JetStreamServer,
  LOGGER,
  RunManifest,
  STAGE,
  StageInstances,
  type StageInstance,
} from '@aitrader/runtime-service';
import { GatewayHost } from './gateway.host.ts';

/** The stage, and in a run with a broker the gateway beside it. */
@Injectable()
export class ExecutionServer extends JetStreamServer {
  readonly #gateway: GatewayHost;

  constructor(
    @Inject(STAGE) stage: StageName,
    @Inject(ENVIRONMENT) environment: ServiceEnvironment,
    @Inject(BUS) bus: Bus,
    @Inject(LOGGER) logger: Logger,
    manifest: RunManifest,
    instances: StageInstances<StageInstance>,
    gateway: GatewayHost,
  ) {
    super(stage, environment, bus, logger, manifest, instances);
    this.#gateway = gateway;
  }

  protected override async start(): Promise<void> {
    await this.#gateway.prepare(
      () => this.now !== 'starting',
      (error) => this.fail(error),
    );
    await super.start();
    if (this.now === 'starting') this.#gateway.start();
  }

  protected override async drain(): Promise<void> {
    await super.drain();
    await this.#gateway.close();
  }
}
