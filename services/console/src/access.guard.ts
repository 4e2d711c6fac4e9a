import {
  ForbiddenException,
  Inject,
  Injectable,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Role } from '@aitrader/application-console';
import { NEEDS, OPEN, isAtLeast } from './access.ts';
import type { ConsoleEnvironment } from './console-environment.ts';
import { ENVIRONMENT } from './console-tokens.ts';
import { Sessions, isSame, type Session } from './sessions.ts';
import { ShownRuns } from './shown-runs.ts';

/** Name of the cookie of a console on this machine. */
export const COOKIE = 'aitrader-console';
/** Name of the cookie; behind TLS the browser itself holds it to this host, and takes it from nobody else (RFC 6265bis, §4.1.3.2). */
export const cookieName = ({ openId }: ConsoleEnvironment): string =>
  openId?.url.protocol === 'https:' ? `__Host-${COOKIE}` : COOKIE;
const CSRF_HEADER = 'x-csrf-token';
const READING = new Set(['GET', 'HEAD']);

declare module 'fastify' {
  interface FastifyRequest {
    /** who asks; there on every route that needs a role */
    session?: Session;
  }
}

/**
 * Lets pass who may.
 *
 * 1. A route that says no role lets nobody in.
 * 2. What changes something has to come from a page of this console: its origin is this host, and it knows the session's token.
 * 3. A route that names a run, as `:run`, is for a run that is shown.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #reflector: Reflector;
  readonly #sessions: Sessions;
  readonly #runs: ShownRuns;
  readonly #cookie: string;

  constructor(reflector: Reflector, sessions: Sessions, runs: ShownRuns, @Inject(ENVIRONMENT) environment: ConsoleEnvironment) {
    this.#reflector = reflector;
    this.#sessions = sessions;
    this.#runs = runs;
    this.#cookie = cookieName(environment);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = this.#reflector.get<Role | typeof OPEN | undefined>(NEEDS, context.getHandler());
    if (needed === OPEN) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const session = this.#sessions.of(request.cookies[this.#cookie], Date.now());
    if (session === undefined)
      throw new UnauthorizedException('nobody has come in: open /login, or the address that the console printed');
    if (needed === undefined || !isAtLeast(session.role, needed))
      throw new ForbiddenException(`this is for ${needed ?? 'nobody'}, and ${session.name} is ${session.role}`);
    if (!READING.has(request.method)) requireOwnPage(request, session);
    request.session = session;
    const { run } = request.params as { readonly run?: string };
    if (run !== undefined) request.shown = await this.#runs.named(run);
    return true;
  }
}

function requireOwnPage({ headers }: FastifyRequest, { csrf }: Session): void {
  const { origin, host } = headers;
  if (origin === undefined || host === undefined || URL.parse(origin)?.host !== host)
    throw new ForbiddenException(`the request comes from ${origin ?? 'a page that does not say where it is from'}`);
  const token = headers[CSRF_HEADER];
  if (typeof token !== 'string' || !isSame(token, csrf))
    throw new ForbiddenException(`${CSRF_HEADER} is not that of the session: load the page again`);
}
