import type { HaltRow, OrderRow } from '@aitrader/application-console';
import { freshnessOf } from '../stream/freshness.ts';
import type { RunState } from '../stream/run-state.ts';

/** Something that a person should know, and why. */
export interface Alert {
  readonly key: string;
  readonly severity: 'urgent' | 'warning';
  readonly title: string;
  readonly words: string;
  /** what runbooks about it are found by */
  readonly about: string;
  /** the screen of the run that shows more */
  readonly screen: 'mission' | 'execution' | 'risk' | 'portfolio' | 'ingest' | 'audit';
}

/** Data below this level opens no positions. */
const DATA_LEVEL_WARNING = 1;
const DATA_LEVEL_URGENT = 3;

/** The alerts that follow from what is known of a run, the urgent ones first. */
export function alertsOf(state: RunState, now: number): readonly Alert[] {
  const { tables, account, market, beat, problem, hearing } = state;
  const found: Alert[] = [];
  const fresh = freshnessOf(state, now);
  if (hearing === 'refused') found.push(urgent('refused', 'Not told of this run', fresh.why, 'mission'));
  if (problem !== undefined) found.push(urgent(`problem ${problem}`, 'The recording cannot be read further', problem, 'mission'));
  else if (state.isCaughtUp && fresh.isStale) found.push(urgent('stale', 'What is shown may be old', fresh.why, 'mission'));
  for (const order of tables.orders.byKey.values()) if (order.status === 'unknown') found.push(unknownOrder(order));
  for (const halt of tables.halts.byKey.values()) if (halt.stands) found.push(haltAlert(halt));
  for (const doubt of account?.doubts ?? []) found.push(warning(`doubt ${doubt}`, 'The account is in doubt', doubt, 'portfolio'));
  const level = market?.dataLevel ?? 0;
  if (level >= DATA_LEVEL_WARNING) {
    const make = level >= DATA_LEVEL_URGENT ? urgent : warning;
    found.push(make(`data ${level}`, `Market data at D${level}`, market?.dataReason ?? '', 'ingest'));
  }
  if (beat?.isGoingOn === true && beat.database === 'silent')
    found.push(
      warning('database', 'Postgres does not answer', 'the run goes on, and the journal writes it once it is back', 'mission'),
    );
  for (const { stage, status } of beat?.isGoingOn === true ? beat.services : [])
    if (status !== 'running') found.push(warning(`service ${stage}`, `${stage} does not run`, status ?? 'no answer', 'mission'));
  return found.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
}

/** The first word of a key says what the alert is of. */
const aboutOf = (key: string): string => ABOUT[key.split(' ')[0] ?? ''] ?? '';
const ABOUT: Readonly<Record<string, string>> = {
  refused: 'console',
  problem: 'recording',
  stale: 'bus',
  unknown: 'unknown',
  halt: 'halt',
  doubt: 'reconcil',
  data: 'data',
  database: 'postgres',
  service: 'service',
};

const urgent = (key: string, title: string, words: string, screen: Alert['screen']): Alert => ({
  ...{ key, severity: 'urgent', title, words, screen, about: aboutOf(key) },
});
const warning = (key: string, title: string, words: string, screen: Alert['screen']): Alert => ({
  ...{ key, severity: 'warning', title, words, screen, about: aboutOf(key) },
});

const unknownOrder = ({ key, symbol }: OrderRow): Alert =>
  urgent(
    `unknown ${key}`,
    `${symbol}: an order’s fate is unknown`,
    'it counts as full exposure until the broker tells',
    'execution',
  );

const haltAlert = ({ key, kind, words }: HaltRow): Alert => urgent(`halt ${key}`, `Halt: ${kind}`, words, 'risk');
