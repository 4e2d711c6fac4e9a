import { Inject, Module, type DynamicModule, type OnApplicationShutdown, type Type } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { Logger } from 'winston';
import type { ServiceName } from '@aitrader/contracts';
import { openBus, tlsIn, type Bus } from '@aitrader/runtime-bus';
import type { ServiceEnvironment } from '@aitrader/runtime-configuration';
import { HealthController } from './health.controller.ts';
import { StopOnErrorFilter } from './stop-on-error.filter.ts';
import { BUS, ENVIRONMENT, LOGGER, STAGE } from './service-tokens.ts';

const openServiceBus = (stage: ServiceName, { natsUrl, busKeyFile, run }: ServiceEnvironment): Promise<Bus> =>
  openBus({ url: natsUrl, principal: stage, keyFile: busKeyFile, tls: tlsIn(process.env) }, `${stage} ${run}`);

/** The root of a service's application: what every service has, around the service's own module. */
@Module({})
export class ServiceModule implements OnApplicationShutdown {
  readonly #bus: Bus;

  constructor(@Inject(BUS) bus: Bus) {
    this.#bus = bus;
  }

  /** `service` exports its {@link ServiceServer}. Filters given first are asked last: a service's own come before ours. */
  static around(service: Type, stage: ServiceName, environment: ServiceEnvironment, logger: Logger): DynamicModule {
    return {
      module: ServiceModule,
      global: true,
      imports: [service],
      controllers: [HealthController],
      providers: [
        { provide: APP_FILTER, useClass: StopOnErrorFilter },
        { provide: STAGE, useValue: stage },
        { provide: ENVIRONMENT, useValue: environment },
        { provide: LOGGER, useValue: logger },
        { provide: BUS, useFactory: () => openServiceBus(stage, environment) },
      ],
      exports: [STAGE, ENVIRONMENT, LOGGER, BUS],
    };
  }

  /** The last thing that an application does: what was drained is stored. */
  async onApplicationShutdown(): Promise<void> {
    await this.#bus.nc.drain();
  }
}
