import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { ENVIRONMENT } from './exchange-tokens.ts';
import type { ExchangeEnvironment } from './exchange-environment.ts';
import { FaultBox, type FaultSubject } from './faults.ts';
import type { JournalledRequest } from './journal.ts';
import { areKeysKnown } from './keys.ts';
import { newRequestRate, type RequestRate } from './request-rate.ts';

/*
 * What every request passes: an id, keys, the rate limit, and the faults that were ordered. What drives the exchange itself, below
 * `/_sim`, needs none of it.
 */

export const SIMULATION_PATH = '/_sim';
const DATA_PATHS = ['/v2/stocks', '/v1beta'];

/** The door, once it is there. */
export interface FrontDoor {
  /** Has what changes the exchange written down, before it is performed. Until then nobody is asked for keys, and nothing is counted. */
  readonly keep: (write: (request: JournalledRequest) => void) => void;
}

/** Puts the door in front of an application that was not started yet. Without a journal it is closed at once. */
export function putFrontDoor(app: NestFastifyApplication): FrontDoor {
  let write: ((request: JournalledRequest) => void) | undefined;
  const fastify = app.getHttpAdapter().getInstance();
  const environment = app.get<ExchangeEnvironment>(ENVIRONMENT);
  const isKept = environment.journal !== undefined;
  const faults = app.get(FaultBox);
  const rates = { trading: newRequestRate(environment.ratePerMinute), data: newRequestRate(environment.ratePerMinute) };

  fastify.addHook('onRequest', async (request, reply) => {
    reply.header('X-Request-ID', randomUUID().replaceAll('-', ''));
    // bodies are JSON, whatever a client says of them; some say nothing, and some send an empty word
    request.headers['content-type'] = 'application/json';
    const path = pathOf(request);
    if (path.startsWith(SIMULATION_PATH) || (isKept && write === undefined)) return undefined;
    const { headers } = request;
    if (!areKeysKnown(environment.keys, headers['apca-api-key-id'], headers['apca-api-secret-key']))
      return reply.code(401).send({ message: 'unauthorized.' });
    const rate = DATA_PATHS.some((one) => path.startsWith(one)) ? rates.data : rates.trading;
    const isWithin = countRequest(rate, reply);
    const isRefused = faults.take(['rate-limit'], { method: request.method, path }) !== undefined;
    if (isRefused) reply.header('X-RateLimit-Remaining', '0');
    return isWithin && !isRefused ? undefined : reply.code(429).send({ message: 'too many requests.' });
  });

  fastify.addHook('preHandler', async (request, reply) => {
    const fault = faults.take(['error'], subjectOf(request), ({ performed }) => !performed);
    if (fault !== undefined) return reply.code(fault.status).send(brokenBody(fault.status));
    const { method, url, body } = request;
    if (write !== undefined && isChange(method, pathOf(request), body))
      write({ method: method as JournalledRequest['method'], url, body });
    return undefined;
  });

  fastify.addHook('onSend', async (request, reply, payload) => {
    if (pathOf(request).startsWith(SIMULATION_PATH)) return payload;
    const subject = subjectOf(request);
    const slow = faults.take(['slow'], subject);
    if (slow !== undefined) await sleep(slow.delayMs);
    if (faults.take(['drop-reply'], subject) !== undefined) request.raw.socket.destroy();
    const fault = faults.take(['error'], subject, ({ performed }) => performed);
    if (fault === undefined) return payload;
    reply.code(fault.status).header('content-type', 'application/json; charset=utf-8').removeHeader('content-length');
    return JSON.stringify(brokenBody(fault.status));
  });
  return { keep: (one) => void (write = one) };
}

const CHANGING: ReadonlySet<string> = new Set(['POST', 'PATCH', 'PUT', 'DELETE']);
const CHANGING_FAULTS: ReadonlySet<unknown> = new Set(['bust', 'correct', 'pending-cancel', 'pending-replace']);

/** Whether a request may change the account or its orders: what goes wrong with requests and messages alone does not. */
function isChange(method: string, path: string, body: unknown): boolean {
  if (!CHANGING.has(method)) return false;
  if (path !== `${SIMULATION_PATH}/fault` || method === 'DELETE') return true;
  return typeof body === 'object' && body !== null && CHANGING_FAULTS.has(Reflect.get(body, 'kind'));
}

const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0] ?? url;

function subjectOf(request: FastifyRequest): FaultSubject {
  const { body } = request;
  const symbol: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'symbol') : undefined;
  return { method: request.method, path: pathOf(request), symbol: typeof symbol === 'string' ? symbol : undefined };
}

const brokenBody = (status: number): object => ({ code: status * 100_000, message: 'internal server error occurred' });

function countRequest(rate: RequestRate, reply: { header: (name: string, value: string) => unknown }): boolean {
  const { limit, remaining, reset, isWithin } = rate.count(Date.now());
  if (limit === 0) return true;
  reply.header('X-RateLimit-Limit', String(limit));
  reply.header('X-RateLimit-Remaining', String(remaining));
  reply.header('X-RateLimit-Reset', String(reset));
  return isWithin;
}
