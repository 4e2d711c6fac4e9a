import { Body, Controller, ForbiddenException, Get, HttpCode, Inject, NotFoundException, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  approve,
  isLate,
  listProposals,
  proposalNamed,
  proposalWords,
  reject,
  type Deciding,
  type ListedProposal,
} from '@aitrader/application-agents';
import { addsRisk, type ProposalRow } from '@aitrader/application-console';
import { CannotCommand, type OpenHome } from '@aitrader/application-supervision';
import { isAtLeast, Needs } from './access.ts';
import { documentOf, neededFor, parsedBody } from './command-body.ts';
import { answerToCommand, type CommandAnswer } from './commands.controller.ts';
import { HOME } from './console-tokens.ts';
import { shownRun } from './named-run.ts';
import { sessionOf } from './session.controller.ts';

const REASON_LENGTH_MAX = 500;
const decidingSchema = z.strictObject({
  /** of what was shown */
  hash: z.string().regex(/^[0-9a-f]{64}$/, 'has to be that of what was shown'),
  reason: z.string().trim().min(1, 'why has to be said').max(REASON_LENGTH_MAX),
  /** the name of the run, for what lets more in */
  confirm: z.string().max(64).default(''),
});

/** What agents and others have proposed for a run, and what people make of it. No agent has a session, so none decides here. */
@ApiTags('proposals')
@Controller('api/runs')
export class ProposalsController {
  readonly #home: OpenHome;

  constructor(@Inject(HOME) home: OpenHome) {
    this.#home = home;
  }

  @Needs('viewer')
  @Get(':run/proposals')
  @ApiOperation({ summary: 'What was proposed for a run, the newest first, and what people made of it' })
  @ApiOkResponse({ description: 'ProposalRow[]' })
  async list(@Param('run') name: string): Promise<readonly ProposalRow[]> {
    const { run } = await shownRun(this.#home.bus, name);
    const now = Date.now();
    return listProposals(this.#home.home)
      .filter(({ proposal }) => proposal.run === run)
      .map((listed) => proposalRow(listed, now))
      .reverse();
  }

  @Needs('operator')
  @Post(':run/proposals/:proposal/approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Records the command of a proposal under the name of who approves it, with that of who proposed it' })
  @ApiBody(documentOf(decidingSchema))
  @ApiOkResponse({ description: 'CommandAnswer' })
  async approve(
    @Param('run') name: string,
    @Param('proposal') id: string,
    @Body() given: unknown,
    @Req() request: FastifyRequest,
  ): Promise<CommandAnswer> {
    const { deciding, confirm, listed } = await this.#deciding(name, id, given, request);
    const { run, command } = listed.proposal;
    const { name: actor, role } = sessionOf(request);
    const needed = neededFor(command);
    if (!isAtLeast(role, needed)) throw new ForbiddenException(`${command.kind} is for ${needed}, and ${actor} is ${role}`);
    if (addsRisk(command) && confirm !== run)
      throw answerToCommand(
        new CannotCommand(`confirm: ${command.kind} lets more in, so the name of the run has to be typed: ${run}`),
      );
    try {
      const { seq, running } = await approve(this.#home, deciding, Date.now());
      return { run, seq, awaits: null, running };
    } catch (error) {
      throw answerToCommand(error);
    }
  }

  @Needs('operator')
  @Post(':run/proposals/:proposal/reject')
  @HttpCode(204)
  @ApiOperation({ summary: 'Turns a proposal down: it can be approved no more' })
  @ApiBody(documentOf(decidingSchema))
  async reject(
    @Param('run') name: string,
    @Param('proposal') id: string,
    @Body() given: unknown,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const { deciding } = await this.#deciding(name, id, given, request);
    try {
      await reject(this.#home, deciding, Date.now());
    } catch (error) {
      throw answerToCommand(error);
    }
  }

  async #deciding(
    name: string,
    id: string,
    given: unknown,
    request: FastifyRequest,
  ): Promise<{ readonly deciding: Deciding; readonly confirm: string; readonly listed: ListedProposal }> {
    const { hash, reason, confirm } = parsedBody(decidingSchema, given);
    const { run } = await shownRun(this.#home.bus, name);
    const listed = this.#named(id);
    if (listed.proposal.run !== run) throw new NotFoundException(`${id}: is not proposed for ${run}`);
    return { deciding: { id, hash, reason, by: sessionOf(request).name }, confirm, listed };
  }

  #named(id: string): ListedProposal {
    try {
      return proposalNamed(this.#home.home, id);
    } catch (error) {
      if (error instanceof CannotCommand) throw new NotFoundException(error.message);
      throw error;
    }
  }
}

function proposalRow(listed: ListedProposal, now: number): ProposalRow {
  const { proposal, hash, decision } = listed;
  const { id, by, from, at, command } = proposal;
  return {
    ...{ key: id, hash, by, from, at, kind: command.kind, reason: command.reason },
    words: proposalWords(proposal),
    needs: neededFor(command),
    isTyped: addsRisk(command),
    standing: standingOf(listed, now),
    decidedBy: decision?.by ?? '',
    decidedBecause: decision?.reason ?? '',
    seq: decision?.seq ?? null,
  };
}

function standingOf({ proposal, decision }: ListedProposal, now: number): ProposalRow['standing'] {
  if (decision === null) return isLate(proposal, now) ? 'late' : 'open';
  return decision.seq === null ? 'unrecorded' : decision.decision;
}
