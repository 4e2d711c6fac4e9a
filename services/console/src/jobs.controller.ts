import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { Body, Controller, Get, HttpCode, NotFoundException, Param, ParseUUIDPipe, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { JobRow } from '@aitrader/application-console';
import { resultOf } from '@aitrader/application-recordings';
import { isRecord } from '@aitrader/runtime-configuration';
import { isMissingFile, makeFolder, writeAtomically } from '@aitrader/runtime-storage';
import { Needs } from './access.ts';
import { documentOf, parsedBody } from './command-body.ts';
import { Jobs, type JobAsked } from './jobs.ts';
import { sessionOf } from './session.controller.ts';
import { Shown, type ShownRun } from './shown-runs.ts';

const SHARDS_MAX = 64;
const CONFIG_LENGTH_MAX = 32_000;
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'has to be a New York date, YYYY-MM-DD');
/** no option of the command */
const word = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^-\s]/, 'may not begin with a dash or a blank');
const configuration = z
  .string()
  .max(CONFIG_LENGTH_MAX)
  .refine((text) => text.trim() === '' || isJson(text), 'has to be a JSON document')
  .default('');

const backtestSchema = z.strictObject({
  bars: word,
  from: date.optional(),
  to: date.optional(),
  symbols: word.optional(),
  shards: z.int().min(1).max(SHARDS_MAX).default(1),
  config: configuration,
});
const replaySchema = z.strictObject({ config: configuration });

/** Backtests, replays and reports that are started here. */
@ApiTags('jobs')
@Controller('api')
export class JobsController {
  readonly #jobs: Jobs;

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  @Needs('viewer')
  @Get('jobs')
  @ApiOperation({ summary: 'Backtests, replays and reports that were started here, the latest first' })
  @ApiOkResponse({ description: 'JobRow[]' })
  list(): readonly JobRow[] {
    return this.#jobs.list();
  }

  @Needs('operator')
  @Post('jobs/:job/stop')
  @HttpCode(204)
  @ApiOperation({ summary: 'Stops a job; what it has recorded whole is kept' })
  stop(@Param('job', ParseUUIDPipe) job: string): void {
    if (!this.#jobs.stop(job)) throw new NotFoundException(`${job}: goes on no longer`);
  }

  @Needs('operator')
  @Post('backtests')
  @ApiOperation({ summary: 'Begins a backtest that leaves a recording' })
  @ApiBody(documentOf(backtestSchema))
  @ApiOkResponse({ description: 'JobRow' })
  async backtest(@Body() given: unknown, @Req() request: FastifyRequest): Promise<JobRow> {
    const { bars, from, to, symbols, shards, config } = parsedBody(backtestSchema, given);
    const options = Object.entries({ from, to, symbols }).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, value],
    );
    const args = ['backtest', '--bars', bars, ...options, '--shards', String(shards), '--record', '--json'];
    const about = [bars, ...options].join(' ');
    return this.#start({ kind: 'backtest', about, by: sessionOf(request).name, run: null }, args, config);
  }

  @Needs('operator')
  @Post('runs/:run/replays')
  @ApiOperation({ summary: 'Begins to run the bars of a recording again; leaves a recording' })
  @ApiBody(documentOf(replaySchema))
  @ApiOkResponse({ description: 'JobRow' })
  async replay(@Shown() { run, bus }: ShownRun, @Body() given: unknown, @Req() request: FastifyRequest): Promise<JobRow> {
    const { config } = parsedBody(replaySchema, given);
    const args = ['replay', run, '--record', '--json'];
    // as every replay of the same configuration has to come to it
    const onDone = async (printed: unknown): Promise<{ isSame: boolean }> => ({
      isSame: isRecord(printed) && JSON.stringify(printed['digest']) === JSON.stringify((await resultOf(bus, run)).digest),
    });
    return this.#start({ kind: 'replay', about: run, by: sessionOf(request).name, run: null, onDone }, args, config);
  }

  @Needs('operator')
  @Post('runs/:run/reports')
  @ApiOperation({ summary: 'Begins to write the report of a run' })
  @ApiOkResponse({ description: 'JobRow' })
  async report(@Shown() { run }: ShownRun, @Req() request: FastifyRequest): Promise<JobRow> {
    makeFolder(path.join(this.#jobs.folder, 'reports'));
    const args = ['report', run, '--out', this.#reportOf(run)];
    return this.#start({ kind: 'report', about: run, by: sessionOf(request).name, run }, args, '');
  }

  @Needs('viewer')
  @Get('runs/:run/report')
  @ApiOperation({ summary: 'The report of a run, as it was written last' })
  @ApiProduces('text/html')
  async page(@Shown() { run }: ShownRun, @Res() reply: FastifyReply): Promise<void> {
    const text = await readFile(path.join(this.#reportOf(run), 'report.html'), 'utf8').catch((error: unknown) => {
      if (isMissingFile(error)) throw new NotFoundException(`${run}: no report was written here yet`);
      throw error;
    });
    // it runs nothing and asks for nothing: whatever a name in it says, it stays a page
    const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox";
    await reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(text);
  }

  readonly #reportOf = (run: string): string => path.join(this.#jobs.folder, 'reports', run);

  async #start(job: Omit<JobAsked, 'args' | 'onEnd'>, args: readonly string[], config: string): Promise<JobRow> {
    if (config.trim() === '') return this.#jobs.start({ ...job, args });
    const folder = path.join(this.#jobs.folder, 'jobs');
    makeFolder(folder);
    const file = path.join(folder, `${randomUUID()}.json`);
    await writeAtomically(file, config);
    const onEnd = (): void => void rm(file, { force: true });
    try {
      return this.#jobs.start({ ...job, args: [...args, '--config', file], onEnd });
    } catch (error) {
      onEnd();
      throw error;
    }
  }
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
