import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  FollowedRuns,
  WorkRates,
  type Beat,
  type DecisionKept,
  type FollowedRun,
  type ServiceRow,
} from '@aitrader/application-console';
import { healthOf, isGoingOn, type OpenHome, type ServiceHealth } from '@aitrader/application-supervision';
import type { RunId } from '@aitrader/model';
import { recordingInfo } from '@aitrader/runtime-bus';
import { databaseStanding } from '@aitrader/runtime-database/answering';
import { HOME } from './console-tokens.ts';
import type { ShownRun } from './shown-runs.ts';

/** How often a page is told of changes at the most. */
const TELL_MS = 200;
const BEAT_MS = 1_000;
/** A bus that takes longer is told of as lost. */
const ANSWER_MS_MAX = 2_000;
const DATABASE_MS_MAX = 1_000;
/** Pages that look at once at the most: each keeps a connection. */
const VIEWERS_MAX = 500;

interface Viewer {
  readonly run: RunId;
  readonly followed: FollowedRun;
  readonly response: ServerResponse;
  /** the place up to which it was told */
  seq: number;
  problem: string | undefined;
}

/**
 * The streams of all pages.
 *
 * 1. A page that reads slowly is told less often, and then of all that has changed since: nothing waits for it in memory but one message.
 * 2. What is told to many at once is put together once.
 */
@Injectable()
export class Streams implements OnApplicationShutdown {
  readonly #home: OpenHome;
  readonly #runs: FollowedRuns;
  readonly #viewers = new Set<Viewer>();
  readonly #beats = new Map<RunId, Beat>();
  readonly #rates = new WorkRates();
  readonly #timers: readonly NodeJS.Timeout[];
  #busLostAt: number | undefined;

  constructor(@Inject(HOME) home: OpenHome) {
    this.#home = home;
    this.#runs = new FollowedRuns(home.bus);
    this.#timers = [setInterval(() => this.#tell(), TELL_MS), setInterval(() => void this.#beat(), BEAT_MS)];
  }

  /** Runs as they are followed now, for what this machine measures. */
  get runs(): FollowedRuns {
    return this.#runs;
  }

  /** What risk decided lately on a signal, or an operator's order. */
  decisionOn({ run }: ShownRun, signalId: string): DecisionKept | undefined {
    const { live } = this.#runs.take(run);
    this.#runs.leave(run);
    return live.decisionOn(signalId);
  }

  /** Opens a stream that tells what came behind `seq`. */
  async open({ run }: ShownRun, seq: number, reply: FastifyReply): Promise<void> {
    if (this.#viewers.size >= VIEWERS_MAX) return void reply.code(503).send({ message: `${VIEWERS_MAX} pages look already` });
    reply.hijack();
    const { raw: response } = reply;
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) response.setHeader(name, value);
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const viewer: Viewer = { run, followed: this.#runs.take(run), response, seq, problem: undefined };
    this.#viewers.add(viewer);
    response.once('close', () => {
      this.#viewers.delete(viewer);
      this.#runs.leave(run);
    });
    response.write('retry: 1000\n\n');
    this.#tellOne(viewer, new Map());
    this.#writeBeat(viewer, await this.beatOf(run));
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    for (const { response } of this.#viewers) response.end();
    this.#runs.close();
    await Promise.resolve();
  }

  #tell(): void {
    const told = new Map<string, string>();
    for (const viewer of this.#viewers) this.#tellOne(viewer, told);
  }

  #tellOne(viewer: Viewer, told: Map<string, string>): void {
    const { followed, response, run } = viewer;
    if (response.writableNeedDrain) return;
    const problem = followed.problem();
    if (problem !== viewer.problem) {
      viewer.problem = problem;
      this.#write(viewer, 'problem', { problem });
    }
    if (followed.live.seq <= viewer.seq) return;
    const key = `${run}/${viewer.seq}`;
    let text = told.get(key);
    if (text === undefined) {
      const changes = followed.live.since(viewer.seq);
      text = `event: changes\nid: ${changes.seq}\ndata: ${JSON.stringify(changes)}\n\n`;
      told.set(key, text);
    }
    viewer.seq = followed.live.seq;
    response.write(text);
  }

  #write({ response }: Viewer, event: string, data: unknown): void {
    if (!response.writableNeedDrain) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** What was read is told before it is said that it was. */
  #writeBeat(viewer: Viewer, beat: Beat): void {
    this.#tellOne(viewer, new Map());
    this.#write(viewer, 'beat', beat);
  }

  async #beat(): Promise<void> {
    const runs = new Set([...this.#viewers].map(({ run }) => run));
    for (const run of [...this.#beats.keys()]) if (!runs.has(run) && !this.#runs.isFollowed(run)) this.#beats.delete(run);
    this.#rates.keepOnly((process) => [...this.#beats.keys(), ...runs].some((run) => process.startsWith(`${run}/`)));
    const beats = new Map(await Promise.all([...runs].map(async (run) => [run, await this.beatOf(run)] as const)));
    for (const viewer of this.#viewers) {
      const beat = beats.get(viewer.run);
      if (beat !== undefined) this.#writeBeat(viewer, beat);
    }
  }

  #serviceRow(run: RunId, { stage, pid, status, instances, work, troubles }: ServiceHealth, now: number): ServiceRow {
    const perMinute = work === null ? null : this.#rates.looked(`${run}/${stage}/${pid}`, work.count, now);
    return { stage, pid, status, instances, troubles, work: work === null ? null : { ...work, perMinute } };
  }

  /** How a run was when it was looked at last. */
  lastBeat(run: RunId): Beat | undefined {
    return this.#beats.get(run);
  }

  /** How a run is, as far as can be told: a bus that does not answer is said to be lost. */
  async beatOf(run: RunId): Promise<Beat> {
    const { bus, home } = this.#home;
    const [services, database] = await Promise.all([
      healthOf(home, run),
      databaseStanding(home, process.env['DATABASE_URL'], DATABASE_MS_MAX),
    ]);
    const now = Date.now();
    const rows = services.map((service) => this.#serviceRow(run, service, now));
    const before = this.#beats.get(run);
    const [stored, goesOn] = await Promise.all([
      soon(recordingInfo(bus, run).then(({ state }) => state.last_seq)),
      soon(isGoingOn(this.#home, run)),
    ]);
    if (stored === undefined) this.#busLostAt ??= now;
    else this.#busLostAt = undefined;
    const beat: Beat = {
      now,
      database,
      bus: { connected: stored !== undefined, since: this.#busLostAt ?? 0 },
      stored: stored ?? before?.stored ?? 0,
      read: this.#runs.seen(run).seq,
      isGoingOn: goesOn ?? before?.isGoingOn ?? false,
      services: rows,
    };
    this.#beats.set(run, beat);
    return beat;
  }
}

/** What is answered soon; undefined of what is not, or fails: a page hears in time that the bus is silent. */
const soon = <T>(asked: Promise<T>): Promise<T | undefined> =>
  Promise.race([asked.catch(() => undefined), sleep(ANSWER_MS_MAX, undefined, { ref: false })]);
