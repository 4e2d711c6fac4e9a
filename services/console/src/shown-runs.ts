import { setTimeout as sleep } from 'node:timers/promises';
import {
  createParamDecorator,
  ForbiddenException,
  HttpException,
  Inject,
  Injectable,
  NotFoundException,
  type ExecutionContext,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { recordingNamed, runNamed, tradesRealMoney } from '@aitrader/application-recordings';
import { listRunStates, type ListedRun, type OpenHome } from '@aitrader/application-supervision';
import type { RecordedManifest } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { BrokenRecordingError, UnknownRunError, recordingInfo, type Bus } from '@aitrader/runtime-bus';
import type { ConsoleEnvironment } from './console-environment.ts';
import { ENVIRONMENT, HOME } from './console-tokens.ts';
import { saidOfSilence } from './silence.interceptor.ts';

/*
 * Which runs are shown to people, and the one way to them.
 *
 * 1. A run with real money is shown to people whom an issuer names. Whoever came in by the printed token is named by nobody: such a run is refused, to look at and to command.
 * 2. Every route that names a run is refused before anything of it is done: the guard asks here.
 * 3. A controller is given no home and no bus but with a run that is shown: what was not asked for here cannot be read.
 */

const UNREADABLE = 422;
const BEGIN_MS_MAX = 10_000;
const POLL_MS = 100;

declare module 'fastify' {
  interface FastifyRequest {
    /** the run that the request is about; there on every route that names one */
    shown?: ShownRun;
  }
}

/** Made here alone, of a run that may be seen. */
class RunThatIsShown {
  readonly #manifest: RecordedManifest;
  readonly #home: OpenHome;

  constructor(manifest: RecordedManifest, home: OpenHome) {
    this.#manifest = manifest;
    this.#home = home;
  }

  get run(): RunId {
    return this.#manifest.run;
  }
  get manifest(): RecordedManifest {
    return this.#manifest;
  }
  get home(): OpenHome {
    return this.#home;
  }
  get bus(): Bus {
    return this.#home.bus;
  }
  get isLive(): boolean {
    return tradesRealMoney(this.#manifest);
  }
}

/** A run that who asks may see, with what is known of it. Nobody has one but from {@link ShownRuns}. */
export type ShownRun = RunThatIsShown;

/** Runs, as those who come into this console may see them. */
@Injectable()
export class ShownRuns {
  readonly #home: OpenHome;
  readonly #areNamed: boolean;

  constructor(@Inject(HOME) home: OpenHome, @Inject(ENVIRONMENT) { openId }: ConsoleEnvironment) {
    this.#home = home;
    this.#areNamed = openId !== undefined;
  }

  /** @throws NotFoundException, ForbiddenException; 422 of a recording that cannot be read */
  async named(name: string): Promise<ShownRun> {
    const manifest = await this.#manifestOf(name);
    if (this.isShown(manifest)) return new RunThatIsShown(manifest, this.#home);
    throw new ForbiddenException(`${name} trades with real money: a console that lets in by a printed token is not for it`);
  }

  /** Whether a run of this configuration is shown, wherever it was recorded. */
  isShown(run: Parameters<typeof tradesRealMoney>[0]): boolean {
    return this.#areNamed || !tradesRealMoney(run);
  }

  /** The runs of this home, the oldest first, that are shown, have a name that is wanted, and can be read. */
  async all(isWanted: (name: string) => boolean): Promise<readonly ShownRun[]> {
    const found: ShownRun[] = [];
    for (const { run, problem } of await this.list()) {
      if (problem !== null || !isWanted(run)) continue;
      const manifest = await this.#manifestOf(run);
      if (this.isShown(manifest)) found.push(new RunThatIsShown(manifest, this.#home));
    }
    return found;
  }

  /** All runs, the oldest first: that each is there, and where it stands. */
  list(): Promise<readonly ListedRun[]> {
    return listRunStates(this.#home);
  }

  async #manifestOf(name: string): Promise<RecordedManifest> {
    const { bus } = this.#home;
    try {
      await begun(bus, await runNamed(bus, name));
      return await recordingNamed(bus, name);
    } catch (error) {
      throw answerTo(error);
    }
  }
}

/** The run that a route is about. */
export const Shown = createParamDecorator((_: unknown, context: ExecutionContext): ShownRun => {
  const { shown } = context.switchToHttp().getRequest<FastifyRequest>();
  if (shown === undefined) throw new NotFoundException('this route names no run');
  return shown;
});

/** A run that begins has nothing recorded for a moment. */
async function begun(bus: Bus, run: RunId): Promise<void> {
  const until = Date.now() + BEGIN_MS_MAX;
  while ((await recordingInfo(bus, run)).state.messages === 0 && Date.now() < until) await sleep(POLL_MS);
}

function answerTo(error: unknown): unknown {
  if (error instanceof UnknownRunError) return new NotFoundException(error.message);
  if (error instanceof BrokenRecordingError) return new HttpException({ message: error.message }, UNREADABLE);
  return saidOfSilence(error);
}
