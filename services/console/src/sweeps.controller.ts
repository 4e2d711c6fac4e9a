import { Controller, Get, HttpException, NotFoundException, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  SweepShelf,
  UnknownSweepError,
  type ChoiceFigures,
  type ListedSweep,
  type OpenedSweep,
  type TrialReport,
} from '@aitrader/application-sweep';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import { Needs } from './access.ts';

const UNREADABLE = 422;
/** Trials that a page is told of: the best by their Sharpe ratio. */
const TRIALS_MAX = 2_000;

/** A trial as it is listed: without its returns date by date. */
export type TrialRow = Omit<TrialReport, 'returns'>;

/** A sweep, the walk-forward result beside it without its path date by date, and the trials that did best. */
export interface SweepAnswer {
  readonly name: string;
  readonly dates: number;
  readonly from: string;
  readonly to: string;
  readonly digest: string;
  readonly choice: ChoiceFigures;
  readonly trials: readonly TrialRow[];
  /** trials that are not told of */
  readonly leftOut: number;
  readonly walkForward: Omit<NonNullable<OpenedSweep['walkForward']>, 'dates' | 'returns' | 'equity'> | null;
  readonly walkForwardProblem: string | null;
}

/** The sweeps of the home, in its folder `sweeps`. */
@ApiTags('sweeps')
@Controller('api/sweeps')
export class SweepsController {
  readonly #shelf: SweepShelf;

  constructor(shelf: SweepShelf) {
    this.#shelf = shelf;
  }

  @Needs('viewer')
  @Get()
  @ApiOperation({ summary: 'The sweeps of this home, those that were written last first; one that cannot be read says why' })
  @ApiOkResponse({ description: 'ListedSweep[]' })
  list(): Promise<readonly ListedSweep[]> {
    return this.#shelf.list();
  }

  @Needs('viewer')
  @Get(':sweep')
  @ApiOperation({ summary: 'The trials of a sweep, how far the best of them can be believed, and what walking forward came to' })
  @ApiOkResponse({ description: 'SweepAnswer' })
  async sweep(@Param('sweep') name: string): Promise<SweepAnswer> {
    try {
      return answerOf(await this.#shelf.open(name));
    } catch (error) {
      if (error instanceof UnknownSweepError) throw new NotFoundException(error.message);
      if (error instanceof ConfigurationError) throw new HttpException({ message: error.message }, UNREADABLE);
      throw error;
    }
  }
}

function answerOf({ name, sweep, walkForward, walkForwardProblem }: OpenedSweep): SweepAnswer {
  const { trials, dates, digest, choice } = sweep;
  const best = [...trials].sort((a, b) => b.sharpe - a.sharpe || a.trial - b.trial).slice(0, TRIALS_MAX);
  return {
    ...{ name, digest, choice, walkForwardProblem },
    ...{ dates: dates.length, from: dates[0] ?? '', to: dates.at(-1) ?? '' },
    trials: best.map(withoutReturns),
    leftOut: trials.length - best.length,
    walkForward: walkForward === null ? null : withoutPath(walkForward),
  };
}

function withoutReturns(trial: TrialReport): TrialRow {
  const { returns: _, ...row } = trial;
  return row;
}

function withoutPath(walkForward: NonNullable<OpenedSweep['walkForward']>): NonNullable<SweepAnswer['walkForward']> {
  const { dates: _, returns: __, equity: ___, ...rest } = walkForward;
  return rest;
}
