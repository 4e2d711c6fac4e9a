import { Controller, Get, HttpException, Inject, Module, type DynamicModule } from '@nestjs/common';
import type { Health, ServiceHost } from './service-host.ts';

const HOST = Symbol('ServiceHost');

/** `GET /health`: 200 with how far the service is, or 503 with the same when it is not running. */
@Controller()
export class HealthController {
  readonly #host: ServiceHost;

  constructor(@Inject(HOST) host: ServiceHost) {
    this.#host = host;
  }

  @Get('health')
  health(): Health {
    const health = this.#host.health();
    if (health.status !== 'running') throw new HttpException(health, 503);
    return health;
  }
}

/** A service's Nest module: its host, and the health endpoint in front of it. */
@Module({})
export class ServiceModule {
  static for(host: ServiceHost): DynamicModule {
    return { module: ServiceModule, controllers: [HealthController], providers: [{ provide: HOST, useValue: host }] };
  }
}
