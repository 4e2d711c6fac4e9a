import 'reflect-metadata';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Logger } from 'winston';
import type { OpenHome } from '@aitrader/application-supervision';
import { CODE_VERSION } from '@aitrader/runtime-configuration';
import { nestLogger } from '@aitrader/runtime-telemetry';
import { COOKIE } from './access.guard.ts';
import { isLoopback, type ConsoleEnvironment } from './console-environment.ts';
import { ConsoleModule } from './console.module.ts';
import { DocumentController } from './document.controller.ts';
import { servePage } from './page.ts';
import { Sessions } from './sessions.ts';

const BODY_BYTES_MAX = 64 * 1024;
/** A page asks a few times a second at the most; whoever asks more often is a program that has gone wrong. */
const REQUESTS_A_MINUTE = 1_200;
const MISDIRECTED = 421;

/** A console that listens. */
export interface RunningConsole {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** the address that lets one person in, once */
  readonly entrance: string;
  readonly close: () => Promise<void>;
}

/** Starts the console over an open home. @throws Error when its port is taken, or its page was not built */
export async function startConsole(environment: ConsoleEnvironment, home: OpenHome, logger: Logger): Promise<RunningConsole> {
  const adapter = new FastifyAdapter({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: true });
  const app = await NestFactory.create<NestFastifyApplication>(ConsoleModule.of(environment, home), adapter, {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  refuseOtherHosts(app, environment);
  await app.register(cookie);
  await app.register(rateLimit, { max: REQUESTS_A_MINUTE, timeWindow: '1 minute' });
  await servePage(app);
  app.get(DocumentController).document = apiDocument(app);
  await app.listen(environment.port, environment.host);
  const url = await app.getUrl();
  const token = app.get(Sessions).token ?? '';
  // people who are known by their names need no token, and there is none
  const entrance =
    environment.openId === undefined ? `${url}/login?token=${token}` : new URL('/login', environment.openId.url).href;
  return { app, url, entrance, close: () => app.close() };
}

/**
 * The console is at addresses of this machine, and at the one that browsers are told: a page of another site whose name is made to point here must
 * not be taken for one of ours.
 */
function refuseOtherHosts(app: NestFastifyApplication, { openId }: ConsoleEnvironment): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async ({ hostname }, reply) => {
      if (!isLoopback(hostname) && hostname !== openId?.url.hostname)
        await reply.code(MISDIRECTED).send({ statusCode: MISDIRECTED, message: `${hostname} is not this console` });
    });
}

/** The document of the interface. */
export function apiDocument(app: NestFastifyApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('AI Trader console')
    .setDescription('What operators see of runs, and command')
    .setVersion(CODE_VERSION)
    .addCookieAuth(COOKIE)
    .addSecurityRequirements('cookie')
    .build();
  return SwaggerModule.createDocument(app, about);
}
