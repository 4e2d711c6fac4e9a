import { Controller, Get, Inject, Post, Query, Req, Res, UnauthorizedException } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SessionPart } from '@aitrader/application-console';
import { codeText, thisCode } from '@aitrader/application-recordings';
import { codeIdentityNow } from '@aitrader/runtime-configuration';
import { Needs, Open } from './access.ts';
import { COOKIE } from './access.guard.ts';
import type { ConsoleEnvironment } from './console-environment.ts';
import { ENVIRONMENT } from './console-tokens.ts';
import { Sessions, type Session } from './sessions.ts';

/** Coming in, and who is in. */
@ApiTags('session')
@Controller()
export class SessionController {
  readonly #sessions: Sessions;
  readonly #actor: string;

  constructor(sessions: Sessions, @Inject(ENVIRONMENT) { actor }: ConsoleEnvironment) {
    this.#sessions = sessions;
    this.#actor = actor;
  }

  @Open()
  @Get('login')
  @ApiOperation({ summary: 'Lets one person in by the token that was printed, once, and leads to the page' })
  login(@Query('token') token: string | undefined, @Res() reply: FastifyReply): void {
    const session = this.#sessions.enterBy(token ?? '', { name: this.#actor, role: 'admin' }, Date.now());
    if (session === undefined)
      throw new UnauthorizedException(
        'the token was used already, or is not this console’s: start the console again for another',
      );
    void reply.setCookie(COOKIE, session.id, { httpOnly: true, sameSite: 'strict', path: '/' }).redirect('/', 303);
  }

  @Needs('viewer')
  @Get('api/session')
  @ApiOperation({ summary: 'Who is looking' })
  @ApiOkResponse({ description: 'SessionPart' })
  who(@Req() request: FastifyRequest): SessionPart {
    const { name, role, csrf } = sessionOf(request);
    return { name, role, csrf, mode: 'local', version: codeIdentityNow().version, code: codeText(thisCode()) };
  }

  @Needs('viewer')
  @Post('api/logout')
  @ApiOperation({ summary: 'Ends the session' })
  leave(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.#sessions.leave(sessionOf(request).id);
    void reply.clearCookie(COOKIE, { path: '/' }).code(204).send();
  }
}

/** The guard has put it there. */
export function sessionOf({ session }: FastifyRequest): Session {
  if (session === undefined) throw new UnauthorizedException();
  return session;
}
