import { BadRequestException, Controller, Get, NotFoundException, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  barCoverage,
  fillStory,
  symbolHistory,
  whyStory,
  type BarCoverage,
  type StoryPart,
  type SymbolHistory,
} from '@aitrader/application-console';
import { explainFill, NothingThereError, UnknownFillError, whyAt } from '@aitrader/application-recordings';
import { epochMs, ticker } from '@aitrader/model';
import { Needs } from './access.ts';
import { Shown, type ShownRun } from './shown-runs.ts';

/** What happened earlier in a run, read from its recording, and why, in words. */
@ApiTags('history')
@Controller('api/runs')
export class HistoryController {
  @Needs('viewer')
  @Get(':run/symbols/:symbol/bars')
  @ApiOperation({
    summary: 'The bars of a symbol that close from `from` to `to` (ms since 1970), with what was believed after each',
  })
  @ApiOkResponse({ description: 'SymbolHistory' })
  async bars(
    @Shown() { bus, manifest }: ShownRun,
    @Param('symbol') symbol: string,
    @Query('from') from: string | undefined,
    @Query('to') to: string | undefined,
  ): Promise<SymbolHistory> {
    const wanted = manifest.universe.find((one) => one === symbol);
    if (wanted === undefined) throw new NotFoundException(`${manifest.run} does not trade ${symbol}`);
    const span = { from: from === undefined ? 0 : instant('from', from), to: to === undefined ? Infinity : instant('to', to) };
    return symbolHistory(bus, manifest, wanted, span);
  }

  @Needs('viewer')
  @Get(':run/coverage')
  @ApiOperation({ summary: 'Where the bars of a trade date have gaps, of the last one or of `date` (YYYY-MM-DD)' })
  @ApiOkResponse({ description: 'BarCoverage' })
  async coverage(@Shown() { bus, manifest }: ShownRun, @Query('date') date: string | undefined): Promise<BarCoverage> {
    if (date !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(date))
      throw new BadRequestException(`date: ${date} is no New York date, YYYY-MM-DD`);
    return barCoverage(bus, manifest, date);
  }

  @Needs('viewer')
  @Get(':run/fills/:fill/story')
  @ApiOperation({ summary: 'The chain from a fill back to the bar, in words' })
  @ApiOkResponse({ description: 'StoryPart[]' })
  async fill(@Shown() { bus, run }: ShownRun, @Param('fill') fill: string): Promise<readonly StoryPart[]> {
    try {
      return fillStory(await explainFill(bus, run, fill, () => undefined));
    } catch (error) {
      if (error instanceof UnknownFillError) throw new NotFoundException(error.message);
      throw error;
    }
  }

  @Needs('viewer')
  @Get(':run/why/:symbol/story')
  @ApiOperation({ summary: 'Why a symbol was entered in the interval that closes at `at` (ms since 1970), or was not, in words' })
  @ApiOkResponse({ description: 'StoryPart[]' })
  async why(
    @Shown() { bus, run }: ShownRun,
    @Param('symbol') symbol: string,
    @Query('at') at: string | undefined,
  ): Promise<readonly StoryPart[]> {
    const asked = { symbol: ticker(symbol), at: epochMs(instant('at', at ?? '')) };
    try {
      return whyStory(await whyAt(bus, run, asked, () => undefined));
    } catch (error) {
      if (error instanceof NothingThereError) throw new NotFoundException(error.message);
      throw error;
    }
  }
}

function instant(field: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new BadRequestException(`${field}: ${text} is no time in ms since 1970`);
}
