import { Body, Controller, ForbiddenException, Get, HttpCode, NotFoundException, Param, Post, Req } from '@nestjs/common';
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
import { CannotCommand } from '@aitrader/application-supervision';
import { isAtLeast, Needs } from './access.ts';
import { documentOf, neededFor, parsedBody } from './command-body.ts';
import { answerToCommand, type CommandAnswer } from './commands.controller.ts';
import { sessionOf } from './session.controller.ts';
import { Shown, type ShownRun } from './shown-runs.ts';

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
  @Needs('viewer')
  @Get(':run/proposals')
  @ApiOperation({ summary: 'What was proposed for a run, the newest first, and what people made of it' })
  @ApiOkResponse({ description: 'ProposalRow[]' })
  list(@Shown() { run, home }: ShownRun): readonly ProposalRow[] {
    const now = Date.now();
    return listProposals(home.home)
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
    @Shown() shown: ShownRun,
    @Param('proposal') id: string,
    @Body() given: unknown,
    @Req() request: FastifyRequest,
  ): Promise<CommandAnswer> {
    const { deciding, confirm, listed } = decidingOn(shown, id, given, request);
    const { run, from, command } = listed.proposal;
    const { name: actor, role } = sessionOf(request);
    const needed = neededFor(command);
    if (!isAtLeast(role, needed)) throw new ForbiddenException(`${command.kind} is for ${needed}, and ${actor} is ${role}`);
    if (addsRisk(command) && confirm !== run)
      throw answerToCommand(
        new CannotCommand(`confirm: ${command.kind} lets more in, so the name of the run has to be typed: ${run}`),
      );
    if (from === 'agent' && addsRisk(command) && shown.isLive)
      throw answerToCommand(
        new CannotCommand(`${command.kind} takes two persons with real money, and an agent is none: ask for it yourself`),
      );
    try {
      const { seq, running } = await approve(shown.home, deciding, Date.now());
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
    @Shown() shown: ShownRun,
    @Param('proposal') id: string,
    @Body() given: unknown,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const { deciding } = decidingOn(shown, id, given, request);
    try {
      await reject(shown.home, deciding, Date.now());
    } catch (error) {
      throw answerToCommand(error);
    }
  }
}

/** Who decides on which proposal of a run, by what they said. @throws BadRequestException, NotFoundException */
function decidingOn(
  { run, home }: ShownRun,
  id: string,
  given: unknown,
  request: FastifyRequest,
): { readonly deciding: Deciding; readonly confirm: string; readonly listed: ListedProposal } {
  const { hash, reason, confirm } = parsedBody(decidingSchema, given);
  const listed = listedProposal(home.home, id);
  if (listed.proposal.run !== run) throw new NotFoundException(`${id}: is not proposed for ${run}`);
  const { name: by, subject } = sessionOf(request);
  return { deciding: { id, hash, reason, by, subject }, confirm, listed };
}

function listedProposal(home: string, id: string): ListedProposal {
  try {
    return proposalNamed(home, id);
  } catch (error) {
    if (error instanceof CannotCommand) throw new NotFoundException(error.message);
    throw error;
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
