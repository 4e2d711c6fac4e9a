import { z } from 'zod';
import { ADJUSTMENTS, TIMEFRAMES, type Manifest } from '@aitrader/model';
import { epochMs, run, sha256, text, ticker } from './wire-units.ts';

/** Today's schema of the fact `manifest`. */
export const manifestV6 = z
  .strictObject({
    run,
    kind: z.enum(['live', 'paper', 'replay', 'backtest']).describe('who feeds the bars and who answers the orders'),
    createdAt: epochMs,
    codeVersion: text.describe('version of the code that ran'),
    codeHash: text.describe('SHA-256 of the code that ran, in hex; empty when it is not known'),
    codeCommit: text.describe('commit that was checked out where the code ran; empty when it is not known'),
    nodeVersion: text.describe('version of Node.js that ran it'),
    shards: z.int().min(1).max(1024).describe('how many shards the symbols are spread over'),
    timeframe: z.enum(TIMEFRAMES).describe('length of a bar'),
    universe: z.array(ticker).readonly().describe('every symbol of the run'),
    // Open, so that a new key is no new version: which keys there are is a matter of whoever reads them (config-reading.ts).
    config: z
      .looseObject({})
      .describe(
        'everything that shapes the decisions, with the keys of the code that wrote it; those of today are in `configuration`',
      ),
    configHash: z.string().length(64).describe("SHA-256 of the configuration's canonical JSON, in hex"),
    sources: z
      .array(
        z.strictObject({
          name: text.describe('file, or kind of source'),
          sha256: text.describe('of the file as read; may be empty'),
          shape: text.describe('what the source was recognised as; empty when it is not known'),
          adjustment: z
            .enum(ADJUSTMENTS)
            .describe(
              'what prices were adjusted for afterwards: raw: nothing; split; all: splits and dividends; unknown: not told',
            ),
        }),
      )
      .readonly()
      .describe('where the bars came from'),
    from: epochMs.describe('close of the first interval, milliseconds since the epoch; 0 when unknown beforehand'),
    to: epochMs.describe('close of the last interval, milliseconds since the epoch; 0 when unknown beforehand'),
    follows: z
      .strictObject({
        run,
        digest: sha256.describe('SHA-256 over all of its facts, in hex'),
        closing: sha256.describe('SHA-256 of what it left, in hex'),
      })
      .nullable()
      .describe('the run that this one goes on from, with what it left in `opening`; null for one that begins from nothing'),
  })
  .describe('The first message of a recording: all that shaped the run.') satisfies z.ZodType<Omit<Manifest, 'config'>>;
