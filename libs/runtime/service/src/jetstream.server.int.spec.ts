import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  Injectable,
  Module,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { EMPTY, tap, throwError, type Observable } from 'rxjs';
import { ContractError, encodeManifest, intervalOf, subjectOf } from '@aitrader/contracts';
import { epochMs, item, runId, type EpochMs, type Manifest, type RunId } from '@aitrader/model';
import {
  accessOf,
  FencedError,
  FencedPublisher,
  connectOrStart,
  createRecording,
  locateNatsServer,
  openBus,
  readMessages,
  type Bus,
  type IntervalMessages,
  type ManagedNatsServer,
  type Said,
} from '@aitrader/runtime-bus';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { makeSigningKeys } from '@aitrader/runtime-signing';
import { createLogger } from '@aitrader/runtime-telemetry';
import { newServiceApplication, type ServiceApplication } from './application.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { StageContext } from './stage.context.ts';
import { Stage } from './stage.decorator.ts';
import { StageInstances } from './stage-instances.ts';
import { StageModule } from './stage.module.ts';

const TEST_HOME = path.resolve(import.meta.dirname, '../../../../.aitrader');
const START_MS_MAX = 120_000;
const MINUTE_MS = 60_000;
const INTERVALS = 6;
/** The interval that goes wrong, where one does. */
const BAD = epochMs(4 * MINUTE_MS);

/** A stage of one number, in the place of the probability stage: it counts its intervals. */
const newCounter = () => {
  let count = 0;
  return {
    next: () => (count += 1),
    stage: {
      snapshot: () => count,
      restore: (state: unknown) => void (count = Number(state)),
      layout: 'count/1',
      goOn: () => undefined,
    },
  };
};
type Counter = ReturnType<typeof newCounter>;

function wordOn(t: EpochMs, count: number): Said[] {
  return [{ fact: 'states', payload: `{"t":${t},"count":${count}}` }];
}

@Controller()
class CountingController {
  readonly #instances: StageInstances<Counter>;

  constructor(instances: StageInstances<Counter>) {
    this.#instances = instances;
  }

  @Stage('probability')
  count(@Payload() messages: IntervalMessages, @Ctx() { shard }: StageContext): readonly Said[] {
    return wordOn(messages.t, this.#instances.of(shard).next());
  }
}

/** What the enhancers below have seen since the test began. */
const seen: string[] = [];

@Injectable()
class NotingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    seen.push(`guard ${context.switchToRpc().getData<IntervalMessages>().t}`);
    return true;
  }
}

@Injectable()
class NotingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { t } = context.switchToRpc().getData<IntervalMessages>();
    const { shard, manifest } = context.switchToRpc().getContext<StageContext>();
    return next
      .handle()
      .pipe(tap((said: readonly Said[]) => seen.push(`${manifest.run} ${shard} ${t}: ${item(said, 0).payload.toString()}`)));
  }
}

@Injectable()
class NotingPipe implements PipeTransform {
  transform<Value>(value: Value): Value {
    if (typeof value === 'object' && value !== null && 't' in value) seen.push(`pipe ${String(value.t)}`);
    return value;
  }
}

@Injectable()
class RefusingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToRpc().getData<IntervalMessages>().t !== BAD;
  }
}

@Injectable()
class ThrowingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { t } = context.switchToRpc().getData<IntervalMessages>();
    if (t === BAD) throw new ContractError('bars', 'open', 'is not to the guard’s taste');
    return true;
  }
}

@Catch()
class RenamingFilter implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => new FencedError(`the filter has seen: ${String(error)}`));
  }
}

@Catch()
class HushingFilter implements ExceptionFilter {
  catch(): Observable<never> {
    return EMPTY;
  }
}

@Catch()
class SayingNothingFilter implements ExceptionFilter {
  catch(): readonly Said[] {
    return [];
  }
}

@Controller()
class FailingController {
  @Stage('probability')
  fail(@Payload() { t }: IntervalMessages): readonly Said[] {
    if (t === BAD) throw new ContractError('bars', 'open', 'is damaged');
    return wordOn(t, 0);
  }
}

/** The module of a service, with the controller as it is, or behind what the decorators put around it. */
function serviceWith(controller: Type, ...around: ClassDecorator[]): Type {
  const Enhanced = class extends (controller as Type<object>) {};
  for (const decorate of [...around, Controller()]) decorate(Enhanced);
  Reflect.defineMetadata('design:paramtypes', Reflect.getMetadata('design:paramtypes', controller) ?? [], Enhanced);
  class ServiceUnderTest {}
  Module({ imports: [StageModule.of(newCounter)], controllers: [Enhanced], exports: [StageModule] })(ServiceUnderTest);
  return ServiceUnderTest;
}

describe('a stage as a Nest microservice', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'nest-'));
  let server: ManagedNatsServer;
  let bus: Bus;
  let runs = 0;
  const open = new Set<ServiceApplication>();

  beforeAll(async () => {
    const { path: binary } = await locateNatsServer({ home: TEST_HOME });
    server = await connectOrStart({ home, binary, env: {} });
    bus = await openBus(accessOf(server, 'supervisor'), 'test');
  }, START_MS_MAX);
  afterEach(async () => {
    await Promise.all([...open].map(close));
    seen.length = 0;
  });
  afterAll(async () => {
    await bus.nc.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /** A recording with its manifest and some minutes without bars. */
  async function newRecording(intervals = INTERVALS): Promise<RunId> {
    const run = runId(`backtest-${(runs += 1)}`);
    await createRecording(bus, run);
    await play(run, 0, intervals);
    return run;
  }

  async function play(run: RunId, from: number, to: number): Promise<void> {
    const failures: Error[] = [];
    const publisher = new FencedPublisher(bus, run, 'ingest', {
      failed: (error) => failures.push(error),
      stored: () => undefined,
    });
    for (const fact of ['manifest', 'control'] as const) await publisher.own(fact, -1);
    await publisher.own('bars', 0);
    publisher.publish([{ fact: 'manifest', shard: -1, t: 0, payload: encodeManifest(manifestOf(run)) }]);
    for (let i = from; i < to; i++) {
      const t = epochMs((i + 1) * MINUTE_MS);
      publisher.publish([{ fact: 'bars', shard: 0, t, payload: `{"t":${t}}` }]);
    }
    await publisher.settled();
    expect(failures).toEqual([]);
  }

  async function start(service: Type, run: RunId): Promise<{ application: ServiceApplication; errors: Error[] }> {
    const environment = {
      natsUrl: server.url,
      busKeyFile: accessOf(server, 'probability').keyFile,
      run,
      healthPort: 0,
      healthHost: '127.0.0.1',
      standsBy: false,
      checkpointEvery: 1_000,
      logLevel: 'error',
      trustedKeys: (await makeSigningKeys(home)).trusted,
    } as const;
    const logger = createLogger({ service: 'probability', level: 'error', destination: 'stderr' });
    const application = await newServiceApplication(service, 'probability', environment, logger);
    open.add(application);
    const errors: Error[] = [];
    application.server.on('error', (error) => errors.push(error));
    await application.app.listen(0, '127.0.0.1');
    await application.app.startAllMicroservices();
    return { application, errors };
  }

  async function close(application: ServiceApplication): Promise<void> {
    open.delete(application);
    await application.app.close();
  }

  async function said(run: RunId): Promise<string[]> {
    const payloads: string[] = [];
    await readMessages(bus, run, ({ subject, data }) => {
      if (subject === subjectOf(run, 'states', 0)) payloads.push(Buffer.from(data).toString());
    });
    return payloads;
  }

  const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await condition())) await sleep(10);
  };
  const words = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `{"t":${(i + 1) * MINUTE_MS},"count":${i + 1}}`);

  it('hands each interval to the method that is marked with its stage, once and in order', async () => {
    const run = await newRecording();
    const { application, errors } = await start(serviceWith(CountingController), run);
    await until(async () => (await said(run)).length === INTERVALS);
    expect(await said(run)).toEqual(words(INTERVALS));
    expect(application.server.instances()).toEqual([
      {
        ...{ shard: 0, t: INTERVALS * MINUTE_MS, seq: expect.any(Number), waiting: 0 },
        ...{ askedAgain: 0, checkpointAt: null },
      },
    ]);
    const { count, lastAt, counts, atMostMs } = application.server.handled;
    expect([count, counts.reduce((sum, each) => sum + each, 0), counts.length]).toEqual([
      INTERVALS,
      INTERVALS,
      atMostMs.length + 1,
    ]);
    expect(lastAt).toBeGreaterThan(Date.now() - START_MS_MAX);
    expect(errors).toEqual([]);
  });

  it('lets guards, pipes and interceptors see every interval', async () => {
    const run = await newRecording();
    const around = [UseGuards(NotingGuard), UsePipes(NotingPipe), UseInterceptors(NotingInterceptor)];
    await start(serviceWith(CountingController, ...around), run);
    await until(async () => (await said(run)).length === INTERVALS);
    expect(seen).toEqual(
      words(INTERVALS).flatMap((word, i) => {
        const t = (i + 1) * MINUTE_MS;
        return [`guard ${t}`, `pipe ${t}`, `${run} 0 ${t}: ${word}`];
      }),
    );
  });

  it.each([
    ['a handler', serviceWith(FailingController), EXIT.diverged, /open is damaged/],
    ['a guard', serviceWith(CountingController, UseGuards(ThrowingGuard)), EXIT.diverged, /the guard’s taste/],
    ['a guard that says no', serviceWith(CountingController, UseGuards(RefusingGuard)), EXIT.crashed, /Forbidden/],
    ['a filter', serviceWith(FailingController, UseFilters(RenamingFilter)), EXIT.fenced, /the filter has seen: .* is damaged/],
    ['a filter that hides the error', serviceWith(FailingController, UseFilters(HushingFilter)), EXIT.crashed, /no elements/],
    [
      'a filter that says nothing instead',
      serviceWith(FailingController, UseFilters(SayingNothingFilter)),
      EXIT.diverged,
      /did not say its word/,
    ],
  ])('stops at the error of %s, and nothing is said of that interval or a later one', async (_, service, exitCode, says) => {
    const run = await newRecording();
    const { application, errors } = await start(service, run);
    await until(() => errors.length > 0);
    expect(application.server.now).toBe('failed');
    expect(errors.map(({ message }) => message)).toEqual([expect.stringMatching(says)]);
    expect(exitCodeOf(errors[0])).toBe(exitCode);
    await play(run, INTERVALS, INTERVALS + 2);
    await close(application);
    expect((await said(run)).map((payload) => intervalOf('states', Buffer.from(payload)))).toEqual(
      [1, 2, 3].map((minute) => minute * MINUTE_MS),
    );
  });

  it('does not start without a controller for its stage', async () => {
    class NobodysModule {}
    Module({ imports: [StageModule.of(newCounter)], exports: [StageModule] })(NobodysModule);
    const run = await newRecording();
    await expect(start(NobodysModule, run)).rejects.toThrow("no controller has a method with @Stage('probability')");
  });

  it('drains when the application closes, and goes on from there', async () => {
    const run = await newRecording(3);
    const service = serviceWith(CountingController, UseGuards(NotingGuard));
    const first = await start(service, run);
    await until(() => seen.length === 3);
    await close(first.application);
    expect(first.application.server.now).toBe('draining');
    await play(run, 3, 5);
    await start(service, run);
    await until(async () => (await said(run)).length === 5);
    expect(await said(run)).toEqual(words(5));
    expect(seen).toEqual([1, 2, 3, 4, 5].map((minute) => `guard ${minute * MINUTE_MS}`));
  });

  it('tells how it is at /health: 503 until the recording has begun, 200 when it runs', async () => {
    const run = runId(`backtest-${(runs += 1)}`);
    const starting = start(serviceWith(CountingController), run);
    await until(() => open.size === 1);
    const { app } = item([...open], 0);
    await until(() => app.getHttpServer().listening);
    const ask = async (): Promise<unknown> => {
      const answer = await fetch(`${await app.getUrl()}/health`);
      return [answer.status, await answer.json()];
    };
    const health = { stage: 'probability', run, pid: process.pid, work: expect.objectContaining({ count: expect.any(Number) }) };
    expect(await ask()).toEqual([503, { ...health, status: 'starting', instances: [] }]);
    await createRecording(bus, run);
    await play(run, 0, 0);
    await starting;
    expect(await ask()).toEqual([
      200,
      {
        ...{ ...health, status: 'running' },
        instances: [{ shard: 0, t: -1, seq: expect.any(Number), waiting: 0, askedAgain: 0, checkpointAt: null }],
      },
    ]);
  });
});

const manifestOf = (run: RunId): Manifest => ({
  run,
  kind: 'backtest',
  follows: null,
  createdAt: epochMs(0),
  codeVersion: '0',
  codeHash: '',
  codeCommit: '',
  nodeVersion: process.version,
  shards: 1,
  timeframe: '1m',
  universe: [],
  config: SIMULATED_DEFAULTS,
  configHash: '0'.repeat(64),
  sources: [],
  from: epochMs(0),
  to: epochMs(0),
});
