import { Controller, ForbiddenException, Get, Inject, Post, Query, Req, Res, UnauthorizedException } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SessionPart } from '@aitrader/application-console';
import { codeText, thisCode } from '@aitrader/application-recordings';
import { codeIdentityNow } from '@aitrader/runtime-configuration';
import { Needs, Open } from './access.ts';
import { cookieName } from './access.guard.ts';
import type { ConsoleEnvironment } from './console-environment.ts';
import { ENVIRONMENT, OPEN_ID } from './console-tokens.ts';
import { NoRole, NotLetIn, type OpenId } from './open-id.ts';
import { Sessions, type Session } from './sessions.ts';

/** What a browser keeps while its person says who they are. It comes back with the issuer's redirect, which `strict` would keep it from. */
const STATE_COOKIE = 'aitrader-login';
const STATE_S_MAX = 600;

/** Coming in, and who is in. */
@ApiTags('session')
@Controller()
export class SessionController {
  readonly #sessions: Sessions;
  readonly #environment: ConsoleEnvironment;
  readonly #openId: OpenId | undefined;

  constructor(
    sessions: Sessions,
    @Inject(ENVIRONMENT) environment: ConsoleEnvironment,
    @Inject(OPEN_ID) openId: OpenId | undefined,
  ) {
    this.#sessions = sessions;
    this.#environment = environment;
    this.#openId = openId;
  }

  @Open()
  @Get('login')
  @ApiOperation({ summary: 'Lets one person in by the token that was printed, once, or leads to who says who people are' })
  async login(@Query('token') token: string | undefined, @Res() reply: FastifyReply): Promise<void> {
    if (this.#openId !== undefined) {
      const { url, state } = await this.#openId.begin(Date.now());
      const kept = { httpOnly: true, sameSite: 'lax', path: '/login', maxAge: STATE_S_MAX, secure: this.#isSecure } as const;
      return void reply.setCookie(STATE_COOKIE, state, kept).redirect(url, 303);
    }
    const session = this.#sessions.enterBy(token ?? '', { name: this.#environment.actor, role: 'admin' }, Date.now());
    if (session === undefined)
      throw new UnauthorizedException(
        'the token was used already, or is not this console’s: start the console again for another',
      );
    this.#enter(session, reply);
  }

  @Open()
  @Get('login/callback')
  @ApiOperation({ summary: 'Lets somebody in whom the issuer has named, and leads to the page' })
  async callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (this.#openId === undefined) throw new UnauthorizedException('nobody comes in here by another’s word');
    const query = URL.parse(request.url, this.#environment.openId?.url.href)?.search ?? '';
    try {
      const person = await this.#openId.end(query, request.cookies[STATE_COOKIE], Date.now());
      this.#enter(this.#sessions.enter(person, Date.now()), reply.clearCookie(STATE_COOKIE, { path: '/login' }));
    } catch (error) {
      if (error instanceof NoRole) throw new ForbiddenException(error.message);
      if (error instanceof NotLetIn) throw new UnauthorizedException(error.message);
      throw error;
    }
  }

  get #isSecure(): boolean {
    return this.#environment.openId?.url.protocol === 'https:';
  }

  #enter(session: Session, reply: FastifyReply): void {
    const kept = { httpOnly: true, sameSite: 'strict', path: '/', secure: this.#isSecure } as const;
    void reply.setCookie(cookieName(this.#environment), session.id, kept).redirect('/', 303);
  }

  @Needs('viewer')
  @Get('api/session')
  @ApiOperation({ summary: 'Who is looking' })
  @ApiOkResponse({ description: 'SessionPart' })
  who(@Req() request: FastifyRequest): SessionPart {
    const { name, role, csrf } = sessionOf(request);
    return {
      name,
      role,
      csrf,
      mode: this.#openId === undefined ? 'local' : 'oidc',
      version: codeIdentityNow().version,
      code: codeText(thisCode()),
    };
  }

  @Needs('viewer')
  @Post('api/logout')
  @ApiOperation({ summary: 'Ends the session' })
  leave(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.#sessions.leave(sessionOf(request).id);
    void reply.clearCookie(cookieName(this.#environment), { path: '/', secure: this.#isSecure }).code(204).send();
  }
}

/** The guard has put it there. */
export function sessionOf({ session }: FastifyRequest): Session {
  if (session === undefined) throw new UnauthorizedException();
  return session;
}
