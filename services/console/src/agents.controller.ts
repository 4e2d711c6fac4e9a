import { Body, Controller, ForbiddenException, Get, Post, Req, Res, UnauthorizedException } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Open } from './access.ts';
import { AgentDoors } from './agent-doors.ts';

const BEARER = /^Bearer ([\w.~+/-]+=*)$/i;

/** The door of agents: the Model Context Protocol over HTTP, by an agent's key and never by a person's session. */
@ApiTags('agents')
@Controller('mcp')
export class AgentsController {
  readonly #doors: AgentDoors;

  constructor(doors: AgentDoors) {
    this.#doors = doors;
  }

  @Open()
  @Post()
  @ApiOperation({ summary: 'What an agent asks by the Model Context Protocol, with its key as the bearer token' })
  @ApiOkResponse({ description: 'A message of the protocol' })
  async ask(@Req() request: FastifyRequest, @Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    await this.#answer(request, body, reply);
  }

  /** There is nothing to listen to: the protocol itself says so to who comes with a key. */
  @Open()
  @Get()
  @ApiOperation({ summary: 'Refused: nothing is told unasked' })
  async listen(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#answer(request, undefined, reply);
  }

  async #answer(request: FastifyRequest, body: unknown, reply: FastifyReply): Promise<void> {
    const agent = this.#agentOf(request, reply);
    const { method, url, protocol, host } = request;
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers))
      if (typeof value === 'string' && !['authorization', 'cookie', 'content-length'].includes(name)) headers.set(name, value);
    const answer = await this.#doors.answer(agent, { method, url: new URL(url, `${protocol}://${host}`), headers, body });
    await reply.send(answer);
  }

  /** @throws ForbiddenException for another site's page, UnauthorizedException for who has no key */
  #agentOf({ headers }: FastifyRequest, reply: FastifyReply): string {
    const { origin, host, authorization = '' } = headers;
    if (origin !== undefined && URL.parse(origin)?.host !== host)
      throw new ForbiddenException(`the request comes from ${origin}`);
    const [, key] = BEARER.exec(authorization) ?? [];
    const agent = key === undefined ? undefined : this.#doors.nameOf(key);
    if (agent !== undefined) return agent;
    void reply.header('www-authenticate', 'Bearer');
    throw new UnauthorizedException('no key of an agent: aitrader agent-key makes one');
  }
}
