import { Controller, Get, HttpException, Inject } from '@nestjs/common';
import type { ServiceName } from '@aitrader/contracts';
import type { ServiceEnvironment } from '@aitrader/runtime-configuration';
import type { WorkTold } from '@aitrader/runtime-telemetry';
import { ServiceServer, type InstanceHealth, type ServiceStatus } from './service.server.ts';
import { ENVIRONMENT, STAGE } from './service-tokens.ts';

export interface Health {
  readonly stage: ServiceName;
  readonly run: string;
  readonly status: ServiceStatus;
  readonly pid: number;
  readonly instances: readonly InstanceHealth[];
  /** what the process has handled since it began, and how long that took */
  readonly work: WorkTold;
  /** of the journal: what keeps it from its database, or null where nothing does */
  readonly failing?: string | null;
}

/** `GET /health`: 200 with how far the service is, or 503 with the same when it is not running. */
@Controller()
export class HealthController {
  readonly #server: ServiceServer;
  readonly #stage: ServiceName;
  readonly #run: string;

  constructor(server: ServiceServer, @Inject(STAGE) stage: ServiceName, @Inject(ENVIRONMENT) environment: ServiceEnvironment) {
    this.#server = server;
    this.#stage = stage;
    this.#run = environment.run;
  }

  @Get('health')
  health(): Health {
    const { now: status } = this.#server;
    const about = this.#server.about();
    const health = {
      stage: this.#stage,
      run: this.#run,
      status,
      pid: process.pid,
      instances: this.#server.instances(),
      work: this.#server.handled,
      ...about,
    };
    if (status !== 'running') throw new HttpException(health, 503);
    return health;
  }
}
