import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { cash, dollarsOf, type RunConfig, type RunId } from '@aitrader/model';
import { startProgram, type RunningProgram } from './program-process.ts';
import { logFolderOf } from './supervisor.ts';

/** A paper exchange of this run's own; when it ends by itself, its account is gone. */
export type ExchangeProcess = RunningProgram;

/** What the exchange of a run was asked: it is taken up from there when the run is gone on with. */
export const exchangeJournalOf = (home: string, run: RunId): string => path.join(home, 'exchange', `${run}.jsonl`);

/** Lets the exchange of a run go on from that of the run before, unless it was begun already. @throws Error where that one has none here */
export async function followExchange(home: string, before: RunId, run: RunId): Promise<void> {
  const [from, to] = [exchangeJournalOf(home, before), exchangeJournalOf(home, run)];
  if (existsSync(to)) return;
  if (!existsSync(from)) throw new Error(`there is no ${from}: the exchange that ${before} traded at is not in this home`);
  // whole or not at all
  await copyFile(from, `${to}.part`);
  await rename(`${to}.part`, to);
}

const openedSchema = z.object({ seed: z.string(), cash: z.int() });

/** What an exchange was opened with, by its journal: whoever goes on with it says the same. @throws Error naming a journal that is none */
function openedWith(journal: string, run: RunId, { risk }: RunConfig): { readonly seed: string; readonly cash: number } {
  if (!existsSync(journal)) return { seed: run, cash: risk.startingCash };
  const [header = ''] = readFileSync(journal, 'utf8').split('\n', 1);
  if (header === '') return { seed: run, cash: risk.startingCash };
  try {
    return openedSchema.parse(JSON.parse(header));
  } catch (error) {
    throw new Error(`${journal}: line 1 is not what an exchange was opened with`, { cause: error });
  }
}

/** What the exchange logs once it listens. */
const LISTENS = 'exchange';

/**
 * Starts a paper exchange for a run: the account begins with risk's cash, costs are those of the simulated broker, and it trades by the
 * simulator's rules where entries are asked for at market. @throws Error when it does not come up
 */
export async function startExchange(home: string, run: RunId, config: RunConfig): Promise<ExchangeProcess> {
  const logFile = path.join(logFolderOf(home, run), 'paper-broker.log');
  const journal = exchangeJournalOf(home, run);
  mkdirSync(path.dirname(journal), { recursive: true });
  return startProgram('paper-broker', {
    what: 'the paper exchange',
    listens: LISTENS,
    logFile,
    env: { PATH: process.env['PATH'], ...environmentOf(openedWith(journal, run, config), journal, config) },
  });
}

const environmentOf = (
  { seed, cash: opened }: ReturnType<typeof openedWith>,
  journal: string,
  { simulation, broker }: RunConfig,
): Record<string, string> => ({
  PAPER_EXCHANGE_PORT: '0',
  PAPER_EXCHANGE_CASH: String(dollarsOf(cash(opened))),
  PAPER_EXCHANGE_RULES: broker?.entries === 'market' ? 'simulation' : 'vendor',
  PAPER_EXCHANGE_JOURNAL: journal,
  PAPER_EXCHANGE_SEED: seed,
  PAPER_EXCHANGE_RATE_LIMIT: '0',
  PAPER_EXCHANGE_HALF_SPREAD_BP: String(simulation.halfSpreadBpRegular),
  PAPER_EXCHANGE_HALF_SPREAD_EXTENDED_BP: String(simulation.halfSpreadBpExtended),
  PAPER_EXCHANGE_IMPACT_BP: String(simulation.impactBp),
  PAPER_EXCHANGE_PARTICIPATION_MAX: String(simulation.participationMax),
  PAPER_EXCHANGE_FEE_PER_SHARE: String(simulation.feePerShareDollars),
  PAPER_EXCHANGE_SPREAD: simulation.spread,
  PAPER_EXCHANGE_HALF_SPREAD_FLOOR_BP: String(simulation.halfSpreadFloorBp),
  PAPER_EXCHANGE_SPREAD_SESSIONS: String(simulation.spreadSessions),
  PAPER_EXCHANGE_SLIPPAGE_BP: String(simulation.slippageBp),
  PAPER_EXCHANGE_LATENCY_MS: String(simulation.latencyMs),
  PAPER_EXCHANGE_FEES: simulation.fees,
  PAPER_EXCHANGE_BORROW_RATE: String(simulation.borrowRatePerYear),
});
