import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { Logger } from 'winston';
import { AccountController } from './account.controller.ts';
import { AnswerFilter } from './answer.filter.ts';
import { BarPlayer } from './bar-player.ts';
import { BarStore } from './bar-store.ts';
import { BarStream } from './bar-stream.ts';
import { BarsController } from './bars.controller.ts';
import type { ExchangeEnvironment } from './exchange-environment.ts';
import { ExchangeHost } from './exchange-host.ts';
import { ENVIRONMENT, LOGGER } from './exchange-tokens.ts';
import { FaultBox } from './faults.ts';
import { MarketController } from './market.controller.ts';
import { OrdersController } from './orders.controller.ts';
import { PositionsController } from './positions.controller.ts';
import { SimulationController } from './simulation.controller.ts';
import { SocketServer } from './socket-server.ts';
import { TradeStream } from './trade-stream.ts';

/** The exchange: one account, what is asked of it over HTTP, and who listens. */
@Module({})
export class PaperBrokerModule {
  static of(environment: ExchangeEnvironment, logger: Logger): DynamicModule {
    return {
      module: PaperBrokerModule,
      controllers: [
        OrdersController,
        PositionsController,
        AccountController,
        MarketController,
        BarsController,
        SimulationController,
      ],
      providers: [
        { provide: ENVIRONMENT, useValue: environment },
        { provide: LOGGER, useValue: logger },
        { provide: APP_FILTER, useClass: AnswerFilter },
        ExchangeHost,
        FaultBox,
        BarStore,
        BarPlayer,
        TradeStream,
        BarStream,
        SocketServer,
      ],
    };
  }
}
