import { z } from 'zod';
import { CONTROL_KINDS, OPERATOR_LIMITS, CORPORATE_ACTION_KINDS, DATA_CAUSES, DATA_LEVELS, TIMEFRAMES } from '@aitrader/model';
import type {
  CommandedLimit,
  Control,
  CorporateAction,
  DataLevel,
  ManualOrder,
  ModelParameters,
  WriteOff,
} from '@aitrader/model';
import { cashLimit, epochMs, price, quantity, shares, side, text, ticker } from './wire-units.ts';

const modelParameters = z.strictObject({
  symbol: ticker,
  model: text.describe('what was fitted'),
  version: text.describe('names these very values'),
  timeframe: z.enum(TIMEFRAMES).describe('length of the bars that they were fitted to'),
  fittedTo: epochMs.describe('close of the last bar that they were fitted to, milliseconds since the epoch'),
  values: z
    .array(z.strictObject({ name: text.describe('name of a parameter'), value: z.number().describe("in the fit's own unit") }))
    .readonly()
    .describe('the values, in the order of the fit'),
}) satisfies z.ZodType<ModelParameters>;
const dataLevel = z.strictObject({
  level: z
    .literal([...DATA_LEVELS])
    .describe('0: well; 1: from another vendor; 2: not to be relied on for some symbols; 3: no entries; 4: no data'),
  symbols: z.array(ticker).readonly().describe('symbols without entries, in canonical order'),
  causes: z
    .array(z.enum(DATA_CAUSES))
    .readonly()
    .describe('what is the matter now; none while it is waited whether all stays well'),
  feed: text.describe('vendor and feed that the bars are of'),
  clockBehindMs: z
    .int()
    .describe("how far the clock is behind the vendor's at least, ms; negative when it is ahead, 0 also where nobody knows"),
}) satisfies z.ZodType<DataLevel>;
const corporateAction = z.strictObject({
  id: text.describe('names the action wherever it is told'),
  kind: z.enum(CORPORATE_ACTION_KINDS).describe('what the company did'),
  symbol: ticker,
  exAt: epochMs.describe(
    "from when trades are without it: the beginning of the ex-date's trade date, milliseconds since the epoch, UTC",
  ),
  payAt: epochMs.describe('when a dividend is paid, milliseconds since the epoch, UTC; exAt with every other kind'),
  newShares: z.int().min(1).describe('whole shares that come of oldShares; 1 where nothing is exchanged'),
  oldShares: z.int().min(1).describe('whole shares'),
  cash: cashLimit.describe(
    '1e-6 USD for a share before the action: a dividend, or the worth of what is spun off, 0 when not known',
  ),
  other: ticker.describe('the company spun off, or the new symbol; the symbol itself with any other kind'),
}) satisfies z.ZodType<CorporateAction>;
const manualOrder = z.strictObject({
  id: text.min(1).describe('names it wherever it is told'),
  symbol: ticker,
  side,
  quantity: shares,
  stop: price,
  target: price,
  minutes: z.int().min(1).describe('it is closed that many minutes after it was approved, at the latest'),
}) satisfies z.ZodType<ManualOrder>;
const writeOff = z.strictObject({
  symbol: ticker,
  quantity: quantity.describe('1e-9 share, signed as the position that they are of'),
  price: price.describe('what each is reckoned to have been sold, or bought back, at, 1e-4 USD; 0: it was lost'),
}) satisfies z.ZodType<WriteOff>;
const commandedLimit = z.strictObject({
  limit: z.enum(OPERATOR_LIMITS).describe("name of the limit in the configuration's part risk"),
  most: z.number().min(0).nullable().describe("the limit, in the configuration's unit; null: as it is configured"),
}) satisfies z.ZodType<CommandedLimit>;
/** What is commanded. */
export const controlV7 = z
  .strictObject({
    t: epochMs.describe(
      'the interval that it was given after, or an instant before the next one, milliseconds since the epoch, UTC',
    ),
    kind: z.enum(CONTROL_KINDS).describe('what is commanded'),
    actor: text.describe('who commands it'),
    reason: text.describe('why'),
    parameters: z.array(modelParameters).readonly().describe('what models are to use from now on; none with any other command'),
    data: z
      .array(dataLevel)
      .max(1)
      .readonly()
      .describe("how far the market's data can be relied on from the next interval on; none with any other command"),
    actions: z
      .array(corporateAction)
      .readonly()
      .describe('what companies did to their shares, each in force by its own dates; none with any other command'),
    symbols: z
      .array(ticker)
      .readonly()
      .describe('what reduce-only, flatten, cancel and adopt are about, in canonical order; none: everything'),
    manual: z.array(manualOrder).max(1).readonly().describe('the order that is asked for; none with any other command'),
    about: text.describe('id of the break with close-break, trade date that the run is armed for with arm; else empty'),
    writeOffs: z
      .array(writeOff)
      .max(1)
      .readonly()
      .describe('shares that the broker does not have and that leave the books with a close-break; none with any other command'),
    limits: z
      .array(commandedLimit)
      .readonly()
      .describe(
        'limits of risk that are smaller than configured from now on, or as configured again; none with any other command',
      ),
  })
  .describe('A command that changes behaviour from its place in the recording on.') satisfies z.ZodType<Control>;
