import type { MomentAsked, Why } from '@aitrader/application-recordings';
import {
  accountForecastWords,
  at,
  barFlagWords,
  cashText,
  bandWords,
  conditionWords,
  doubtLines,
  figure,
  gateWords,
  refusalWords,
  shares,
  tripWords,
} from '@aitrader/application-wording';
import { newYorkDate } from '@aitrader/core-sessions';
import { epochMs, gateVerdict, type GateFigure } from '@aitrader/model';
import { clockOf } from './paper-view.ts';

const INDENT = ' '.repeat(8);
const GATE_WIDTH = 20;
const VERDICT_WIDTH = 8;
const FIGURE_WIDTH = 28;
const MINUTES_PER_HOUR = 60;
const HOURS = 24;

const CLOCK = /^(?:(\d{4}-\d{2}-\d{2})[ T])?(\d{1,2}):(\d{2})$/;

/** A time that somebody asks about: `10:31` or `2024-07-02 10:31` in New York, or an instant such as `2024-07-02T14:31:00Z`. @throws RangeError */
export function momentAsked(text: string): MomentAsked {
  const [, date, hours, minutes] = CLOCK.exec(text) ?? [];
  if (hours !== undefined && minutes !== undefined && Number(hours) < HOURS && Number(minutes) < MINUTES_PER_HOUR)
    return { date: date ?? null, minute: Number(hours) * MINUTES_PER_HOUR + Number(minutes) };
  const instant = /^\d{4}-\d{2}-\d{2}T.*Z$/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isSafeInteger(instant))
    throw new RangeError(
      `a time is "10:31" or "2024-07-02 10:31" in New York, or an instant such as 2024-07-02T14:31:00Z, got ${JSON.stringify(text)}`,
    );
  return epochMs(instant);
}

/** All that there is to say of a symbol in an interval. */
export function whyText(why: Why): string {
  const { run, symbol, t } = why;
  return [
    `${symbol} in the interval that closed ${newYorkDate(t)} ${clockOf(t)} ET (${at(t)}) of ${run}`,
    `bar     ${barText(why)}`,
    ...strategyLines(why),
    ...why.exits.map(
      ({ strategy, direction, reason }) =>
        `exit    ${strategy} believes in no ${direction > 0 ? 'rise' : 'fall'} any more: ${reason}`,
    ),
    ...why.trips.map((trip) => `halt    ${tripWords(trip)}: ${trip.id}`),
    ...(why.doubt === null ? [] : doubtLines(why.doubt).map((line) => `account ${line}`)),
    ...riskLines(why),
    ...forecastLines(why),
    ...(why.isAsRecorded
      ? []
      : ['note    this code does not decide all that was recorded before: what is recomputed here is its own']),
  ].join('\n');
}

function barText({ bar, gap }: Why): string {
  if (bar === null) return `none: ${gap ?? 'unknown'}`;
  const { open, high, low, close, volume, flags } = bar;
  return `open ${open}  high ${high}  low ${low}  close ${close}  volume ${volume}${flags === 0 ? '' : `  (${barFlagWords(flags)})`}`;
}

function strategyLines({ strategies, signals }: Why): readonly string[] {
  if (strategies === null)
    return signals.length === 0 ? ['signal  no signal: there is no bar'] : signals.map(({ id }) => `signal  ${id}`);
  return strategies.flatMap((found) => {
    const signal = signals.find(({ strategy }) => strategy === found.strategy);
    return linesOf(found, signal?.id, strategies.length > 1);
  });
}

function linesOf(found: NonNullable<Why['strategies']>[number], id: string | undefined, isNamed: boolean): readonly string[] {
  const { strategy, direction, hasLeft, gates } = found;
  const side = direction > 0 ? 'up' : 'down';
  const refused = gates.filter(({ passes }) => !passes).map(({ gate }) => gate);
  const missing = hasLeft && refused.length > 0 ? `, refused by ${refused.join(', ')}` : '';
  const head = `${isNamed ? `${strategy}: ` : ''}${id ?? 'no signal'}: `;
  return [
    `signal  ${head}${bandWords(found)}${missing}`,
    `${INDENT}the conditions of a signal ${side}:`,
    ...gates.map(
      (one) =>
        `${INDENT}${one.gate.padEnd(GATE_WIDTH)} ${(one.passes ? 'pass' : 'deny').padEnd(VERDICT_WIDTH)} ${conditionWords(one)}`,
    ),
  ];
}

function riskLines({ left, orders, denials, wouldSay, wouldBe, symbol }: Why): readonly string[] {
  const ordered = orders.flatMap(({ id, side, quantity, gates }) => [
    `risk    approved ${id}: ${side} ${shares(quantity)}`,
    ...gateLines(gates, symbol),
  ]);
  const denied = denials.flatMap((denial) => [
    `risk    denied ${denial.signalId}: ${refusalWords(denial)}${denial.trip === '' ? '' : ` (${denial.trip})`}`,
    ...gateLines(denial.gates, symbol),
  ]);
  const asked =
    wouldSay === null ? [] : [`risk    was asked nothing; of an entry ${wouldBe > 0 ? 'up' : 'down'} its gates would have said:`];
  const leaving = left.map(({ orderId, reason }) => `risk    lets ${orderId} be left: ${reason}`);
  return [...leaving, ...ordered, ...denied, ...asked, ...gateLines(wouldSay ?? [], symbol)];
}

/** The account's own forecast at the time. */
function forecastLines({ forecast }: Why): readonly string[] {
  if (forecast === null || forecast.forecasts.length === 0) return [];
  const head = `account forecast of itself at ${clockOf(forecast.t)}, with ${cashText(forecast.equity)}:`;
  return [head, ...accountForecastWords(forecast).map((line) => `${INDENT}${line}`)];
}

const gateLines = (gates: readonly GateFigure[], symbol: string): readonly string[] =>
  gates.map((gate) => {
    const { unit, value, limit } = gate;
    const figures = `${figure({ value, unit })} / ${figure({ value: limit, unit })}`;
    return `${INDENT}${gate.gate.padEnd(GATE_WIDTH)} ${gateVerdict(gate).padEnd(VERDICT_WIDTH)} ${figures.padEnd(FIGURE_WIDTH)} ${gateWords({ ...gate, symbol })}`;
  });
