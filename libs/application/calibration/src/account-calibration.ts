import { setImmediate as breathe } from 'node:timers/promises';
import type { MarketBars } from '@aitrader/application-markets';
import {
  actionCommands,
  actionsDue,
  firstInterval,
  hearActions,
  newAgenda,
  newParameterFeed,
  newSliceFeed,
  newSlices,
  nextInterval,
  parametersDue,
} from '@aitrader/core-market';
import { probabilityStage } from '@aitrader/core-probability';
import {
  enterPoint,
  followActionInSight,
  lastClose,
  newAccountForecasts,
  newMarketSight,
  seeMarket,
  type AccountBook,
  type ForecastScore,
  type MarketSight,
} from '@aitrader/core-risk';
import { newYorkDate } from '@aitrader/core-sessions';
import {
  compareText,
  epochMs,
  FORECAST_HORIZONS,
  type FORECAST_COVERAGES,
  item,
  newStateSlice,
  type CorporateAction,
  type ForecastHorizon,
  type ModelParameters,
  type ProbabilityConfig,
  type Ticker,
} from '@aitrader/model';
import { bindStage } from '@aitrader/runtime-engine';

/** Intervals between two looks at the outside world. */
const CHUNK_INTERVALS = 4_096;
/** Cash put into each symbol, in units of cash: a million dollars. */
const STAKE = 1_000_000_000_000;
const PERCENT = 100;

export interface AccountCalibrationRun {
  readonly table: MarketBars;
  readonly config: ProbabilityConfig;
  readonly parameters?: readonly ModelParameters[];
  readonly actions?: readonly CorporateAction[];
  readonly onProgress?: (share: number) => void;
}

/** How often the change of the account's equity lay inside its central intervals, per cent. */
export interface AccountCoverage {
  readonly horizon: ForecastHorizon;
  readonly forecasts: number;
  readonly coverage: Readonly<Record<(typeof FORECAST_COVERAGES)[number], number>>;
}

export interface AccountCalibration {
  readonly symbols: readonly Ticker[];
  readonly bars: number;
  readonly from: string;
  readonly to: string;
  readonly horizons: readonly AccountCoverage[];
}

/**
 * Holds the same money of every symbol, bought at its first close at a point of a session and kept, and holds the forecasts of that account
 * against what came true. Every forecast counts, the first one too.
 */
export async function runAccountCalibration(run: AccountCalibrationRun): Promise<AccountCalibration> {
  const { table, actions = [] } = run;
  const feed = newSliceFeed(table, { shards: 1, actions });
  const slices = newSlices(feed);
  const bars = item(slices, 0);
  const states = newStateSlice(0, table.symbols.length);
  const stage = bindStage(probabilityStage, run.config);
  const first = firstInterval(table);
  const parameters = newParameterFeed(run.parameters ?? [], 'ingest', first, actionCommands(actions, 'ingest', first));
  const [agenda, sight, book, forecasts] = [newAgenda(), newMarketSight(), newFixedBook(), newAccountForecasts()];
  let done = 0;
  for (let interval = 1; nextInterval(feed, slices); interval++) {
    const control = parametersDue(parameters, bars.t);
    stage.apply({ bars, control }, states);
    for (const command of control) hearActions(agenda, command);
    for (const action of actionsDue(agenda, bars.t)) {
      sell(book, sight, action.symbol);
      followActionInSight(sight, action);
    }
    seeMarket(sight, bars.t, slices, [states]);
    enterPoint({ ...sight, forecasts }, bars.t, () => worthOf(book, sight), null);
    done += bars.count;
    if (interval % CHUNK_INTERVALS !== 0) continue;
    run.onProgress?.(done / table.count);
    await breathe();
  }
  return {
    symbols: table.symbols,
    bars: table.count,
    from: newYorkDate(epochMs(first)),
    to: newYorkDate(bars.t),
    horizons: FORECAST_HORIZONS.map((horizon) => coverageOf(horizon, forecasts.scores[horizon])),
  };
}

/** Shares by symbol, not whole ones, and the cash that sales have left. */
interface FixedBook {
  readonly shares: Map<Ticker, number>;
  cash: number;
}
const newFixedBook = (): FixedBook => ({ shares: new Map(), cash: 0 });

/** Buys what is seen for the first time, on credit, so that equity is what has been gained; values all at the last closes. */
function worthOf(book: FixedBook, { tape, innovations }: MarketSight): AccountBook {
  let equity = book.cash;
  const amounts = [...innovations.index.symbols].sort(compareText).flatMap((symbol) => {
    const price = lastClose(tape, symbol);
    if (!(price > 0)) return [];
    const held = book.shares.get(symbol);
    if (held === undefined) {
      book.shares.set(symbol, STAKE / price);
      book.cash -= STAKE;
      equity -= STAKE;
    }
    const amount = (held ?? STAKE / price) * price;
    equity += amount;
    return [{ symbol, amount }];
  });
  return { equity, amounts };
}

/** Out at the last close before an action changes what a share is; bought anew when there is a price again. */
function sell(book: FixedBook, { tape }: MarketSight, symbol: Ticker): void {
  const [shares, price] = [book.shares.get(symbol), lastClose(tape, symbol)];
  if (shares === undefined) return;
  book.cash += shares * (price > 0 ? price : 0);
  book.shares.delete(symbol);
}

/** Per cent of the forecasts of a horizon that held what came true; NaN of none. */
export function coverageOf(horizon: ForecastHorizon, { scored, within }: ForecastScore): AccountCoverage {
  const [half = NaN, most = NaN, nearlyAll = NaN] = within.map((count) => (PERCENT * count) / scored);
  return { horizon, forecasts: scored, coverage: { 50: half, 80: most, 95: nearlyAll } };
}
