import { BadRequestException, Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { PastCommand, PastDay, PastFill, PastGate } from '@aitrader/application-journal';
import { canonicalTicker, cash, dollarsOf, dollarsOfPrice, price, quantity, sharesOf, type Ticker } from '@aitrader/model';
import { Needs } from './access.ts';
import { PastRuns, type Past, type PastAsked } from './past-runs.ts';

/** Fills that a page is told of: the latest. */
const FILLS_MAX = 5_000;
const PPM = 1e6;

/** A run's account on a date, in dollars; the drawdown as a share of the peak. */
export interface DayRow extends Omit<PastDay, 'realisedLast' | 'drawdownPpmMax' | 'grossMax'> {
  readonly realised: number;
  readonly drawdown: number;
  readonly gross: number;
}

/** An execution, or the undoing or restating of one, in dollars and shares. */
export interface PastFillRow extends Omit<PastFill, 'quantity'> {
  readonly shares: number;
}

type Asked = Readonly<Record<string, unknown>>;

const OF_A_SPAN = [
  { name: 'run', required: false, description: 'this run alone' },
  { name: 'from', required: false, description: 'first New York date, YYYY-MM-DD' },
  { name: 'to', required: false, description: 'last New York date, YYYY-MM-DD' },
] as const;

/** What happened in all runs, from Postgres, and from the recordings of what is not there. */
@ApiTags('past')
@Controller('api/past')
export class PastController {
  readonly #past: PastRuns;

  constructor(past: PastRuns) {
    this.#past = past;
  }

  @Needs('viewer')
  @Get('days')
  @ApiOperation({ summary: 'The account of each run on each date: equity, drawdown, orders, refusals, fills, fees' })
  @ApiQuery(OF_A_SPAN[0])
  @ApiQuery(OF_A_SPAN[1])
  @ApiQuery(OF_A_SPAN[2])
  @ApiOkResponse({ description: 'Past<DayRow>' })
  async days(@Query() asked: Asked): Promise<Past<DayRow>> {
    const { rows, ...others } = await this.#past.tell('days', spanIn(asked));
    return { ...others, rows: rows.map(dayRow) };
  }

  @Needs('viewer')
  @Get('fills')
  @ApiOperation({ summary: `The latest ${FILLS_MAX} executions, busts and corrections` })
  @ApiQuery(OF_A_SPAN[0])
  @ApiQuery(OF_A_SPAN[1])
  @ApiQuery(OF_A_SPAN[2])
  @ApiQuery({ name: 'symbol', required: false })
  @ApiOkResponse({ description: 'Past<PastFillRow>' })
  async fills(@Query() asked: Asked): Promise<Past<PastFillRow>> {
    const [span, wanted] = [spanIn(asked, 'symbol'), symbolIn(asked)];
    const { rows, ...others } = await this.#past.tell('fills', span);
    const found = rows.filter(({ symbol }) => wanted === undefined || symbol === wanted).sort((a, b) => a.t - b.t);
    const latest = found.slice(-FILLS_MAX);
    return { ...others, rows: latest.map(fillRow), rowsLeftOut: found.length - latest.length };
  }

  @Needs('viewer')
  @Get('commands')
  @ApiOperation({ summary: 'Who commanded what and why' })
  @ApiQuery(OF_A_SPAN[0])
  @ApiQuery(OF_A_SPAN[1])
  @ApiQuery(OF_A_SPAN[2])
  @ApiOkResponse({ description: 'Past<PastCommand>' })
  commands(@Query() asked: Asked): Promise<Past<PastCommand>> {
    return this.#past.tell('commands', spanIn(asked));
  }

  @Needs('viewer')
  @Get('gates')
  @ApiOperation({ summary: 'How often each gate refused first, by run and date' })
  @ApiQuery(OF_A_SPAN[0])
  @ApiQuery(OF_A_SPAN[1])
  @ApiQuery(OF_A_SPAN[2])
  @ApiOkResponse({ description: 'Past<PastGate>' })
  gates(@Query() asked: Asked): Promise<Past<PastGate>> {
    return this.#past.tell('gates', spanIn(asked));
  }
}

/** What is asked of a span: what is not understood is refused, for an answer to something else would look like one. @throws BadRequestException */
function spanIn(asked: Asked, ...others: readonly string[]): PastAsked {
  for (const [field, value] of Object.entries(asked)) {
    if (!['run', 'from', 'to', ...others].includes(field))
      throw new BadRequestException(`${field}: nothing is asked by that here`);
    if (typeof value !== 'string') throw new BadRequestException(`${field}: is given more than once`);
  }
  const [run, from, to] = [textOf(asked, 'run'), textOf(asked, 'from'), textOf(asked, 'to')];
  if (from !== undefined) assertDate('from', from);
  if (to !== undefined) assertDate('to', to);
  if (from !== undefined && to !== undefined && from > to) throw new BadRequestException(`from: ${from} is after ${to}`);
  return { run, from, to };
}

function textOf(asked: Asked, field: string): string | undefined {
  const value = asked[field];
  return typeof value === 'string' ? value : undefined;
}

/** @throws BadRequestException */
function symbolIn(asked: Asked): Ticker | undefined {
  const symbol = textOf(asked, 'symbol');
  try {
    return symbol === undefined ? undefined : canonicalTicker(symbol);
  } catch (error) {
    throw new BadRequestException(`symbol: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function assertDate(field: string, text: string): void {
  const t = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(t) || !new Date(t).toISOString().startsWith(text))
    throw new BadRequestException(`${field}: ${text} is no date, YYYY-MM-DD`);
}

const dollars = (units: number): number => dollarsOf(cash(units));

const dayRow = ({
  equityFirst,
  equityLast,
  realisedLast,
  drawdownPpmMax,
  grossMax,
  fees,
  turnover,
  ...row
}: PastDay): DayRow => ({
  ...row,
  equityFirst: dollars(equityFirst),
  equityLast: dollars(equityLast),
  realised: dollars(realisedLast),
  drawdown: drawdownPpmMax / PPM,
  gross: dollars(grossMax),
  fees: dollars(fees),
  turnover: dollars(turnover),
});

const fillRow = ({ quantity: units, price: at, fee, ...row }: PastFill): PastFillRow => ({
  ...row,
  shares: sharesOf(quantity(units)),
  price: dollarsOfPrice(price(at)),
  fee: dollars(fee),
});
