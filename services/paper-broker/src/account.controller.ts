import { Body, Controller, Get, HttpCode, Param, Patch, Query } from '@nestjs/common';
import { z } from 'zod';
import { badParameter } from '@aitrader/core-exchange';
import { accountAnswer, settingsAnswer } from './account-answer.ts';
import { listActivities, type ActivitiesQuery } from './activities.ts';
import { ExchangeHost } from './exchange-host.ts';
import type { Json } from './order-answer.ts';
import { Refused } from './refused.ts';
import { parsed } from './request-body.ts';

const settingsSchema = z.looseObject({
  no_shorting: z.boolean().optional(),
  suspend_trade: z.boolean().optional(),
  fractional_trading: z.boolean().optional(),
  disable_overnight_trading: z.boolean().optional(),
  max_margin_multiplier: z.coerce.number().optional(),
  trade_confirm_email: z.enum(['all', 'none']).optional(),
});

/** `/v2/account` and what is below it. */
@Controller('v2/account')
export class AccountController {
  readonly #host: ExchangeHost;

  constructor(host: ExchangeHost) {
    this.#host = host;
  }

  @Get()
  account(): Json {
    return accountAnswer(this.#host.state);
  }

  @Get('configurations')
  settings(): Json {
    return settingsAnswer(this.#host.state.settings);
  }

  @Patch('configurations')
  @HttpCode(200)
  change(@Body() body: unknown): Json {
    const given = parsed(settingsSchema, body);
    const { state } = this.#host;
    const multiplier = given.max_margin_multiplier ?? state.settings.maxMarginMultiplier;
    if (multiplier !== 1 && multiplier !== 2 && multiplier !== 4)
      throw new Refused(badParameter('invalid max_margin_multiplier'));
    state.settings = {
      noShorting: given.no_shorting ?? state.settings.noShorting,
      suspendTrade: given.suspend_trade ?? state.settings.suspendTrade,
      fractionalTrading: given.fractional_trading ?? state.settings.fractionalTrading,
      disableOvernightTrading: given.disable_overnight_trading ?? state.settings.disableOvernightTrading,
      maxMarginMultiplier: multiplier,
      tradeConfirmEmail: given.trade_confirm_email ?? state.settings.tradeConfirmEmail,
    };
    return settingsAnswer(state.settings);
  }

  @Get('activities')
  activities(@Query() query: ActivitiesQuery): Json[] {
    return listActivities(this.#host.state, query);
  }

  @Get('activities/:type')
  activitiesOf(@Param('type') type: string, @Query() query: ActivitiesQuery): Json[] {
    return listActivities(this.#host.state, { ...query, activity_types: type });
  }
}
