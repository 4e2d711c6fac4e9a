import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import type { OpenHome } from '@aitrader/application-supervision';
import { AccessGuard } from './access.guard.ts';
import { AgentDoors } from './agent-doors.ts';
import { AgentsController } from './agents.controller.ts';
import { CommandsController } from './commands.controller.ts';
import type { ConsoleEnvironment } from './console-environment.ts';
import { ENVIRONMENT, HOME, OPEN_ID, TELEMETRY } from './console-tokens.ts';
import { CODE_VERSION } from '@aitrader/runtime-configuration';
import { readableDatabase } from '@aitrader/runtime-database';
import { startTelemetry, telemetryIn } from '@aitrader/runtime-telemetry';
import { JobsController } from './jobs.controller.ts';
import { Jobs } from './jobs.ts';
import { MetricsController } from './metrics.controller.ts';
import { RunTelemetry } from './run-telemetry.ts';
import { DocumentController } from './document.controller.ts';
import { HistoryController } from './history.controller.ts';
import { OpenId } from './open-id.ts';
import { PastController } from './past.controller.ts';
import { PastRuns } from './past-runs.ts';
import { PageController } from './page.controller.ts';
import { ProposalsController } from './proposals.controller.ts';
import { ReadinessController } from './readiness.controller.ts';
import { RunbooksController } from './runbooks.controller.ts';
import { RunsController } from './runs.controller.ts';
import { SessionController } from './session.controller.ts';
import { Sessions } from './sessions.ts';
import { SilenceInterceptor } from './silence.interceptor.ts';
import { ShownRuns } from './shown-runs.ts';
import { StreamController } from './stream.controller.ts';
import { Streams } from './streams.ts';
import { SweepShelf } from '@aitrader/application-sweep';
import { SweepsController } from './sweeps.controller.ts';
import { TapeController } from './tape.controller.ts';
import { TraceController } from './trace.controller.ts';

/** The console over an open home. */
@Module({})
export class ConsoleModule {
  static of(environment: ConsoleEnvironment, home: OpenHome): DynamicModule {
    return {
      module: ConsoleModule,
      controllers: [
        SessionController,
        RunsController,
        HistoryController,
        StreamController,
        CommandsController,
        ProposalsController,
        AgentsController,
        ReadinessController,
        JobsController,
        RunbooksController,
        SweepsController,
        PastController,
        TapeController,
        TraceController,
        MetricsController,
        DocumentController,
        PageController,
      ],
      providers: [
        { provide: ENVIRONMENT, useValue: environment },
        { provide: HOME, useValue: home },
        { provide: OPEN_ID, useFactory: () => (environment.openId === undefined ? undefined : OpenId.open(environment.openId)) },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: SilenceInterceptor },
        {
          provide: TELEMETRY,
          useFactory: () => startTelemetry(telemetryIn(process.env, { service: 'console', version: CODE_VERSION })),
        },
        Sessions,
        ShownRuns,
        Streams,
        Jobs,
        AgentDoors,
        {
          provide: PastRuns,
          inject: [ShownRuns],
          useFactory: (shown: ShownRuns) => new PastRuns(() => readableDatabase({ home: home.home }), shown),
        },
        { provide: SweepShelf, useFactory: () => new SweepShelf(home.home) },
        RunTelemetry,
      ],
    };
  }
}
