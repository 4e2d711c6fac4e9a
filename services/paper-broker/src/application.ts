import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'winston';
import { nestLogger } from '@aitrader/runtime-telemetry';
import type { ExchangeEnvironment } from './exchange-environment.ts';
import { putFrontDoor } from './front-door.ts';
import { openJournal, type Journal } from './journal.ts';
import { PaperBrokerModule } from './paper-broker.module.ts';
import { SocketServer } from './socket-server.ts';

const BODY_BYTES_MAX = 32 * 1024 * 1024;
/** A colon within a path is a parameter to the router, and a part of the name to the vendor. */
const NAMED = { from: '/v2/orders:by_client_order_id', to: '/v2/orders-by-client-order-id' };

/** An exchange that listens; `url` is its HTTP address, and with `ws` in the place of `http` that of its streams. */
export interface PaperExchange {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Starts an exchange. @throws ConfigurationError, BarFileError, ArchiveError; Error when the port is taken */
export async function startPaperExchange(given: ExchangeEnvironment, logger: Logger): Promise<PaperExchange> {
  const journal = journalOf(given);
  const environment = journal === undefined ? given : { ...given, openedAt: journal.header.openedAt };
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_BYTES_MAX,
    routerOptions: { maxParamLength: 256 },
    rewriteUrl: ({ url = '/' }) => (url.startsWith(NAMED.from) ? NAMED.to + url.slice(NAMED.from.length) : url),
    forceCloseConnections: true,
  });
  const app = await NestFactory.create<NestFastifyApplication>(PaperBrokerModule.of(environment, logger), adapter, {
    logger: nestLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, bodyOf(String(body))));
  const door = putFrontDoor(app);
  if (journal !== undefined) {
    await takeUp(app, journal);
    door.keep(journal.add);
  }
  app.get(SocketServer).attach(app.getHttpServer());
  await app.listen(environment.port, environment.host);
  return { app, url: await app.getUrl(), close: () => app.close().finally(() => journal?.close()) };
}

function journalOf({ journal: file, seed, rules, cash }: ExchangeEnvironment): Journal | undefined {
  return file === undefined ? undefined : openJournal(file, { seed, rules, cash }, Date.now());
}

/** Performs again what was asked before. */
async function takeUp(app: NestFastifyApplication, { requests }: Journal): Promise<void> {
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  for (const { method, url, body } of requests)
    await app.inject({ method, url, ...(body === undefined ? {} : { payload: JSON.stringify(body) }) });
}

/** JSON, whatever the client says that it is; text that is none stays text, and is refused by whoever wants fields. */
function bodyOf(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
