import {
  BadRequestException,
  Body,
  ConflictException,
  Controller,
  ForbiddenException,
  Headers,
  HttpCode,
  Inject,
  Post,
  Req,
} from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { requestSecond } from '@aitrader/application-agents';
import { addsRisk, askedCommand, operatorSchema, type CommandBody } from '@aitrader/application-console';
import { CannotCommand, commandRun, requireReadiness } from '@aitrader/application-supervision';
import { UnitError } from '@aitrader/model';
import { Needs, isAtLeast } from './access.ts';
import { COMMAND_KEY, bodyDocument, neededFor, parsedBody } from './command-body.ts';
import type { ConsoleEnvironment } from './console-environment.ts';
import { ENVIRONMENT } from './console-tokens.ts';
import { sessionOf } from './session.controller.ts';
import type { Session } from './sessions.ts';
import { Shown, type ShownRun } from './shown-runs.ts';

/** Commands that are remembered by their key: who sends one again hears what it came to. */
const REMEMBERED = 1_000;

/** Where a command stands in the recording, and whether anybody runs the run: else it waits until it is gone on with. */
export interface CommandAnswer {
  readonly run: string;
  /** null: it is not recorded, and awaits a second person */
  readonly seq: number | null;
  /** the proposal that a second person has to approve first */
  readonly awaits: string | null;
  readonly running: boolean;
}

/** Commands of operators. */
@ApiTags('commands')
@Controller('api/runs')
export class CommandsController {
  readonly #second: ConsoleEnvironment['second'];
  readonly #answers = new Map<string, { readonly asked: string; readonly answer: Promise<CommandAnswer> }>();

  constructor(@Inject(ENVIRONMENT) { second }: ConsoleEnvironment) {
    this.#second = second;
  }

  @Needs('operator')
  @Post(':run/commands')
  @HttpCode(200)
  @ApiOperation({ summary: 'Records a command: in force from its place in the recording on' })
  @ApiHeader({ name: COMMAND_KEY, required: true, description: 'names the command: sent again, it is recorded once' })
  @ApiBody(bodyDocument)
  @ApiOkResponse({ description: 'CommandAnswer' })
  async command(
    @Shown() shown: ShownRun,
    @Headers(COMMAND_KEY) key: string | undefined,
    @Body() given: unknown,
    @Req() request: FastifyRequest,
  ): Promise<CommandAnswer> {
    if (key === undefined || !/^[A-Za-z0-9-]{8,64}$/.test(key))
      throw new BadRequestException(`${COMMAND_KEY}: has to name the command by 8 to 64 letters, digits and dashes`);
    const body = parsedBody(operatorSchema, given);
    const session = sessionOf(request);
    const { name: actor, role } = session;
    const needed = neededFor(body);
    if (!isAtLeast(role, needed)) throw new ForbiddenException(`${body.kind} is for ${needed}, and ${actor} is ${role}`);
    const { run } = shown;
    if (addsRisk(body) && body.confirm !== run)
      throw new BadRequestException(`confirm: ${body.kind} lets more in, so the name of the run has to be typed: ${run}`);
    const takesTwo = addsRisk(body) && (this.#second === 'always' || shown.isLive);
    return this.#once(`${run}/${actor}/${key}`, JSON.stringify(body), () =>
      takesTwo ? this.#ask(shown, session, body) : this.#record(shown, actor, key, body),
    );
  }

  /** Of what takes two persons nothing is recorded before the second one has approved it. */
  async #ask({ run, home, isLive }: ShownRun, { name: by, subject }: Session, command: CommandBody): Promise<CommandAnswer> {
    try {
      // nobody is asked to approve what would be refused
      if (command.kind === 'arm' && isLive) await requireReadiness(home, run);
      const { proposal } = await requestSecond(home, { run, by, subject, command }, Date.now());
      return { run, seq: null, awaits: proposal.id, running: true };
    } catch (error) {
      throw answerToCommand(error);
    }
  }

  /** The same key is the same command; another one under it is refused. */
  async #once(key: string, asked: string, record: () => Promise<CommandAnswer>): Promise<CommandAnswer> {
    const before = this.#answers.get(key);
    if (before !== undefined && before.asked !== asked)
      throw new ConflictException(`${COMMAND_KEY}: names another command already`);
    if (before !== undefined) return before.answer;
    const answer = record();
    this.#answers.set(key, { asked, answer });
    // what failed may be sent again
    answer.catch(() => this.#answers.delete(key));
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > REMEMBERED && oldest !== undefined) this.#answers.delete(oldest);
    return answer;
  }

  async #record({ run, home }: ShownRun, actor: string, id: string, body: CommandBody): Promise<CommandAnswer> {
    try {
      const { seq, running } = await commandRun(home, run, { id, actor, ...askedCommand(body) });
      return { run, seq, awaits: null, running };
    } catch (error) {
      throw answerToCommand(error);
    }
  }
}

/** What is said of a command that was refused. */
export function answerToCommand(error: unknown): unknown {
  if (error instanceof CannotCommand || error instanceof UnitError) return new BadRequestException(error.message);
  return error;
}
