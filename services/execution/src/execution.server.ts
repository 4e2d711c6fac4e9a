import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'winston';
import type { StageName } from '@aitrader/contracts';
import { FencedError, type Bus } from '@aitrader/runtime-bus';
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

  protected override async prepare(): Promise<void> {
    await this.#gateway.prepare({
      givenUp: () => this.now === 'draining' || this.now === 'failed',
      failed: (error) => this.fail(error),
      whenOwn: () => this.whenOwn(),
    });
  }

  protected override begun(): void {
    if (this.now === 'starting' || this.now === 'running') this.#gateway.start();
  }

  protected override async handedOver(): Promise<void> {
    await this.#gateway.close();
  }

  /** Nobody knows what it was about to ask of the broker when it lost the run: it ends, and is no standby any more. */
  protected override async gaveUp(): Promise<void> {
    await this.#gateway.close();
    throw new FencedError('fenced off: another copy of execution has taken over; this one stops');
  }
}
