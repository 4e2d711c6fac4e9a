import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'winston';
import type { ServiceName } from '@aitrader/contracts';
import type { ServiceEnvironment } from '@aitrader/runtime-configuration';
import { nestLogger } from '@aitrader/runtime-telemetry';
import { ServiceModule } from './service.module.ts';
import { ServiceServer } from './service.server.ts';

/** A service as an application: over HTTP its health endpoint, over the bus its transport. Not started: neither listens yet. */
export interface ServiceApplication {
  readonly app: NestFastifyApplication;
  readonly server: ServiceServer;
}

/** Makes the application around a service's module, connected to the bus. @throws Error when no nats-server answers */
export async function newServiceApplication(
  service: Type,
  stage: ServiceName,
  environment: ServiceEnvironment,
  logger: Logger,
): Promise<ServiceApplication> {
  const root = ServiceModule.around(service, stage, environment, logger);
  const app = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(), {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  const server = app.get(ServiceServer, { strict: false });
  // Guards, interceptors, filters and pipes of the whole application are those of the intervals, too.
  app.connectMicroservice<MicroserviceOptions>({ strategy: server }, { inheritAppConfig: true });
  return { app, server };
}
