import { z } from 'zod';
import { BROKER_NAMES, type RunConfig } from '@aitrader/model';
import { cashLimit, epochMs, positiveCash, ticker } from './wire-units.ts';

const COUNT_MAX = 100_000;

const share = z.number().min(0).max(1).describe('a share, 0 to 1');
const ofEquity = z.number().min(0).max(4).describe('multiple of equity');
const basisPoints = z.number().min(0).describe('basis points');
const wholeMinutes = z.int().min(0).describe('whole minutes');
const someMinutes = z.int().min(1).max(COUNT_MAX).describe('whole minutes, at least 1');
const bars = z.int().min(1).max(COUNT_MAX).describe('a number of bars');

const perRegime = (figure: z.ZodNumber, what: string) =>
  z.strictObject({
    calm: figure.describe(`${what}, in the calm regime`),
    normal: figure.describe(`${what}, in the normal regime`),
    turbulent: figure.describe(`${what}, in the turbulent regime`),
  });
const stay = z.number().gt(0).max(0.9999).describe('a probability per bar');
const leave = z.number().gt(0).max(0.499).describe('a probability per bar');
const standardDeviations = z.number().min(1).max(1000);

const probabilityConfig = z.strictObject({
  velocityGain: share.describe('stationary sd of the velocity per step over the price sd per step'),
  velocityHalfLifeBars: z.number().min(0.1).max(COUNT_MAX).describe('bars'),
  observationNoise: share.describe('variance of the observation noise over the variance per step'),
  volatilityPriorBp: z.number().min(0.01).max(10_000).describe('basis points per square root of a trading minute'),
  expertShare: z.number().gt(0).max(0.5).describe('weight that the bank spreads evenly, per bar'),
  sessionGain: z.number().gt(0).max(0.1).describe('weight of a bar in the factor of its season'),
  rawGain: z.number().min(1e-4).max(0.05).describe('speed of the raw quantiles'),
  adaptedGain: z.number().min(1e-4).max(0.05).describe('speed of the adapted quantiles'),
  winsorZ: standardDeviations.describe('standard deviations that an innovation counts at most'),
  softZ: standardDeviations.describe('standard deviations beyond which a close is believed in part'),
  suspectZ: standardDeviations.describe('standard deviations beyond which a bar waits for confirmation'),
  calibrationHalfLifeBars: bars,
  warmUpBars: bars,
  calmStay: stay,
  normalToCalm: leave,
  normalToTurbulent: leave,
  turbulentStay: stay,
  regimeReturnScales: perRegime(z.number().min(0.01).max(100), 'scale of the return, in sd of the long past'),
  regimeVarianceMeans: perRegime(z.number().min(-20).max(20), 'mean of ln(variance of the last bars) over the long past'),
  regimeVarianceSds: perRegime(z.number().min(0.01).max(10), 'sd of ln(variance of the last bars) over the long past'),
  regimeMemoryBars: bars,
  labelProbabilityMin: z.number().min(0.5).max(1).describe('probability above which a regime is announced'),
  labelBars: bars,
});

const STRATEGIES_MAX = 64;
const strategyEntry = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/)
    .describe('names it in its signals; small letters, digits and hyphens'),
  kind: z.string().min(1).max(40).describe('which strategy it is'),
  parameters: z
    .record(z.string(), z.number().describe('in the unit of the parameter'))
    .describe("its parameters by their names; docs/strategies has each kind's"),
});

const entries = z.int().min(0).describe('a number of entries');
const times = z.number().min(0).describe('times of the equity');
const volumeShare = z.number().min(0).nullable();
const entryLimits = z.strictObject({
  orderSharesMax: z.int().min(0).describe('shares of one order'),
  dayVolumeFractionMax: volumeShare.describe("share of a symbol's mean volume of a day"),
  barVolumeFractionMax: volumeShare.describe("share of the volume of a symbol's last bar"),
  netNotionalFractionMax: times,
  sectorNotionalFractionMax: times,
  sectors: z
    .array(
      z.strictObject({
        name: z.string().min(1).describe('name of a sector'),
        symbols: z.array(ticker).readonly().describe('symbols that are in it'),
      }),
    )
    .readonly()
    .describe('sectors; symbols that none of them has are one of their own'),
  restricted: z.array(ticker).readonly().describe('symbols that are never entered'),
  collarFractionMax: z
    .number()
    .min(0)
    .nullable()
    .describe('move from one close to the next, a share of the one before; null: any'),
  marksMinutesMax: z.int().min(0).nullable().describe('minutes since the oldest mark of what is held; null: any'),
  exitVolumeFractionMax: volumeShare.describe('share of what is expected to trade while positions are flattened; null: any'),
  borrowRateMax: z.number().min(0).nullable().describe('fee for shares to sell short, a share of their value a year; null: any'),
  symbolMessagesMax: z.int().min(0).describe('orders and events of orders in one symbol within an hour'),
  barsLateMsMax: z.int().min(0).describe('milliseconds from the close of an interval to when its bars were known'),
  unknownOrdersMax: z.int().min(0).describe('orders of which the broker has not said what became of them'),
  perIntervalMax: entries,
  repeatedMax: entries.describe('entries in one symbol by one strategy'),
  openMinutes: wholeMinutes,
  closeMinutes: wholeMinutes,
  perSessionPartMax: z
    .strictObject({ PRE: entries, OPEN: entries, MIDDAY: entries, CLOSE: entries, POST: entries, OVERNIGHT: entries })
    .describe('entries in each part of a session'),
});

const riskConfig = z.strictObject({
  startingCash: positiveCash,
  kellyFraction: share.describe("share of Kelly's bet"),
  regimeBudget: z
    .strictObject({ calm: share, normal: share, turbulent: share })
    .describe('share of the stake left in each regime'),
  coverage95Full: share.describe('realised coverage of 95 % intervals below which the stake is cut'),
  poorCalibrationBudget: share.describe('share of the stake left then'),
  coverage95Min: share.describe('realised coverage of 95 % intervals below which nothing is staked'),
  calibrationBarsMin: z.int().min(0).describe('intervals put to the test before anything is staked'),
  edgeError: z.number().min(0).describe("sd of the error of a signal's mean over the signal's sd"),
  edge: z
    .strictObject({
      slope: z.number().min(-10).max(10).describe('what an outcome is a priori, as a multiple of its claim: 0 none, 1 all of it'),
      slopeError: z.number().min(0).max(10).describe('sd of that'),
      halfLifeSessions: z.number().min(1).max(10_000).describe('sessions after which what came of claims weighs half'),
      halfLifeOutcomes: z
        .number()
        .min(1)
        .max(1_000_000)
        .describe('outcomes after which the last ones, by themselves, weigh half'),
      outcomesMin: z
        .int()
        .min(0)
        .max(1_000_000)
        .describe('outcomes that a strategy must have shown before anything is staked on it'),
      priors: z
        .array(
          z.strictObject({
            strategy: z.string().min(1).max(40).describe('name of the strategy'),
            slope: z.number().min(-10).max(10).describe('what its outcomes were as a multiple of its claims'),
            slopeError: z.number().gt(0).max(10).describe('sd of that'),
            outcomes: z.int().min(0).max(1_000_000_000).describe('outcomes that it was learned from'),
            until: epochMs.describe('close of the last bar that it was learned from: it counts from then on'),
          }),
        )
        .max(STRATEGIES_MAX)
        .readonly()
        .describe('what was learned of strategies on history'),
    })
    .nullable()
    .describe('how claims are believed; null: as they are stated'),
  symbolNotionalFractionMax: ofEquity,
  grossNotionalFractionMax: ofEquity,
  expectedShortfallFractionMax: ofEquity,
  forecastMinutes: z
    .literal([30, 60, 90, 120, 180, 360])
    .nullable()
    .describe('minutes from one recorded forecast of the account to the next, counted back from the close; null: none'),
  buyingPowerMultiple: ofEquity,
  regulation: z.enum(['none', 'us-equities']).describe('the law that entries are held against, by the trade date'),
  intradayMarginFrom: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .describe('trade date from which on the broker goes by the intraday margin standard'),
  marginBufferFraction: z
    .number()
    .min(0)
    .max(10)
    .describe('what an account has to be covered by more, as a share of what the law asks'),
  dayTradesMax: z.int().min(0).max(1_000_000).describe('day trades within five business days; 0: as many as the law lets be'),
  shortSaleUnknown: z.enum(['refuse', 'let']).describe('an entry short where nobody could tell yet whether Rule 201 holds'),
  orderNotionalMin: cashLimit,
  orderNotionalMax: positiveCash,
  openOrdersMax: z.int().min(0).describe('a number of orders'),
  stalenessMinutesMax: wholeMinutes,
  stopDistanceFractionMax: share.describe('share of the price'),
  drawdownFractionHalt: share.describe('share of the highest equity'),
  drawdownFractionSoft: share.nullable().describe('share of the highest equity from which on sizes are cut; null: never'),
  dailyLossFractionHalt: share
    .nullable()
    .describe('share of the equity that a trade date began with whose loss halts entries; null: none does'),
  dailyLossUntil: z.enum(['resume', 'next-date']).describe('what ends the halt after the loss of a day'),
  noEntryMinutesBeforeClose: wholeMinutes,
  flattenMinutesBeforeClose: wholeMinutes,
  shortAllowed: z.boolean().describe('whether positions may be short'),
  overnightAllowed: z.boolean().describe('whether an entry may be made OVERNIGHT'),
  entryLimits: entryLimits.describe('what an entry may be beside the market, and how often'),
});

const simulationConfig = z.strictObject({
  halfSpreadBpRegular: basisPoints,
  halfSpreadBpExtended: basisPoints,
  spread: z
    .enum(['fixed', 'estimated'])
    .describe('where half the spread is from: the figures above, or the bars before the fill'),
  halfSpreadFloorBp: basisPoints.describe('basis points that half a spread is never estimated below'),
  spreadSessions: z.int().min(1).max(250).describe('sessions that an estimate of a spread reaches back'),
  slippageBp: basisPoints.max(10_000).describe('basis points that a market order pays besides'),
  impactBp: basisPoints.describe("basis points of an order as large as the bar's volume"),
  participationMax: z.number().gt(0).max(1).describe("share of a bar's volume that one order may take"),
  latencyMs: z.int().min(0).max(86_400_000).describe('milliseconds from when an order is given to when it is at the market'),
  feePerShareDollars: z.number().min(0).describe('USD a share'),
  fees: z
    .enum(['per-share', 'regulatory'])
    .describe("the broker's own fee alone, or what is charged by law besides, by the date"),
  borrowRatePerYear: z.number().min(0).max(100).describe('share of the value of what is sold short, a year'),
});

const weight = z.number().min(0).max(1000);
const scannerConfig = z.strictObject({
  // 04:01 to 16:00: an interval is named by its close.
  times: z.array(z.int().min(241).max(960)).min(1).max(24).readonly().describe('minutes of the day in New York, 241 to 960'),
  top: z.int().min(1).max(1_000).describe('symbols on a list'),
  priceMinDollars: z.number().min(0).describe('USD a share'),
  priceMaxDollars: z.number().min(0).describe('USD a share'),
  dollarVolumeMin: z.number().min(0).describe('USD a day'),
  volumeDays: z.int().min(1).max(250).describe('days that means of volume reach back'),
  volumeDaysMin: z.int().min(1).max(250).describe('fewest days that a mean of volume is made of'),
  staleMinutesMax: wholeMinutes,
  stayScore: z.number().min(0).describe('added to the score of a symbol that the list before had'),
  weights: z
    .strictObject({
      gap: weight.describe('per 1 % of gap'),
      relativeVolume: weight.describe('per factor e of relative volume'),
      range: weight.describe('per 1 % of range'),
      trend: weight.describe('per standard deviation of the velocity'),
      uncertainty: weight.describe("off the score, per 1 % of the next close's standard deviation"),
    })
    .describe('what a score is the sum of; a figure of weight 0 is not asked for'),
});

const milliseconds = z.int().min(0).describe('milliseconds');
const collar = z.number().min(0).max(9_999).describe('basis points that an order may trade worse than its reference');
const someShare = z.number().gt(0).max(1);
const workingRules = z.strictObject({
  largerThanShareOfVolume: z
    .number()
    .min(0)
    .max(1_000)
    .describe('share of the mean volume of an interval that an order is worked above'),
  algorithm: z.enum(['twap', 'participation']).describe('in equal parts over its time, or by a share of what trades'),
  share: someShare.describe('of a participation: share of all that is seen to trade'),
  everyMinutes: someMinutes.describe('of a schedule: whole minutes from one part to the next'),
  catchUpMax: z.number().min(1).max(100).describe('of a schedule: parts that one child may make up for'),
  participationMax: someShare.describe('share of the volume of the last interval that one child may be'),
  minutesMax: someMinutes.describe('minutes that an order is worked at most'),
});
const brokerConfig = z.strictObject({
  name: z.enum(BROKER_NAMES).describe('who it is'),
  account: z.enum(['paper', 'live']).describe('whose money: live is real'),
  followsBars: z.boolean().describe("whether it trades the run's own bars"),
  entries: z
    .enum(['marketable-limit', 'market'])
    .describe(
      "how entries are asked for: with a limit always; or at market, for an exchange that trades by the simulator's rules",
    ),
  collarBpRegular: collar,
  collarBpExtended: collar,
  entryAgeMsMax: milliseconds.describe('milliseconds after which an entry is not asked for any more'),
  cancelMsMax: milliseconds.describe('milliseconds after which a cancel is asked for again'),
  unprotectedMsMax: milliseconds.describe('milliseconds that a bracket may have filled without its exits at work'),
  exitRefusalsMax: z.int().min(1).max(100).describe('exits of one order that may be refused in a row'),
  working: workingRules.nullable().describe('how large orders are worked; null: every entry is asked for whole'),
  reconciliation: z
    .strictObject({
      breakMsMax: milliseconds.describe('milliseconds that a difference may stand while words come that could explain it'),
      cashDriftMax: cashLimit.describe('1e-6 USD that need not be explained'),
      cashDriftBp: z.number().min(0).max(10_000).describe('and basis points of all that was traded'),
    })
    .describe('what the account may differ by from what is known of it'),
});

/** A run's configuration: the shape of `--config` files, too. Nothing has a default here; unknown keys are refused. */
export const runConfigSchema = z.strictObject({
  probability: probabilityConfig.describe('the forecast of the next close'),
  strategies: z
    .array(strategyEntry)
    .max(STRATEGIES_MAX)
    .readonly()
    .describe('the strategies that it trades by, no two under the same name'),
  risk: riskConfig.describe('what risk may risk'),
  simulation: simulationConfig.describe('the simulated broker'),
  scanner: scannerConfig.nullable().describe('the scanner; null: there is none, and the run trades its universe'),
  broker: brokerConfig.nullable().describe('the broker; null: the simulated one'),
}) satisfies z.ZodType<RunConfig>;
