import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type Type } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { Logger } from 'winston';
import type { ServiceName } from '@aitrader/contracts';
import { openBus, tlsIn, type Bus } from '@aitrader/runtime-bus';
import { CODE_VERSION, type ServiceEnvironment } from '@aitrader/runtime-configuration';
import { startTelemetry, telemetryIn, type RunningTelemetry } from '@aitrader/runtime-telemetry';
import { HealthController } from './health.controller.ts';
import { StopOnErrorFilter } from './stop-on-error.filter.ts';
import { MetricsController } from './metrics.controller.ts';
import { BUS, ENVIRONMENT, LOGGER, STAGE, TELEMETRY } from './service-tokens.ts';

const openServiceBus = (stage: ServiceName, { natsUrl, busKeyFile, run }: ServiceEnvironment): Promise<Bus> =>
  openBus({ url: natsUrl, principal: stage, keyFile: busKeyFile, tls: tlsIn(process.env) }, `${stage} ${run}`);

/** The root of a service's application: what every service has, around the service's own module. */
@Module({})
export class ServiceModule implements OnApplicationShutdown {
  readonly #bus: Bus;
  readonly #telemetry: RunningTelemetry;

  constructor(@Inject(BUS) bus: Bus, @Inject(TELEMETRY) telemetry: RunningTelemetry) {
    this.#bus = bus;
    this.#telemetry = telemetry;
  }

  /** `service` exports its {@link ServiceServer}. Filters given first are asked last: a service's own come before ours. */
  static around(service: Type, stage: ServiceName, environment: ServiceEnvironment, logger: Logger): DynamicModule {
    return {
      module: ServiceModule,
      global: true,
      imports: [service],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: APP_FILTER, useClass: StopOnErrorFilter },
        { provide: STAGE, useValue: stage },
        { provide: ENVIRONMENT, useValue: environment },
        { provide: LOGGER, useValue: logger },
        // before any service measures: it asks for the interface that this puts in force
        {
          provide: TELEMETRY,
          useFactory: () => startTelemetry(telemetryIn(process.env, { service: stage, version: CODE_VERSION })),
        },
        { provide: BUS, useFactory: () => openServiceBus(stage, environment) },
      ],
      exports: [STAGE, ENVIRONMENT, LOGGER, BUS, TELEMETRY],
    };
  }

  /** The last thing that an application does: what was drained is stored. */
  async onApplicationShutdown(): Promise<void> {
    await this.#bus.nc.drain();
    await this.#telemetry.stop();
  }
}
