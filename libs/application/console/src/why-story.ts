import type { Why } from '@aitrader/application-recordings';
import {
  accountForecastWords,
  bandWords,
  barFlagWords,
  conditionWords,
  doubtLines,
  refusalWords,
  shares,
  tripWords,
} from '@aitrader/application-wording';
import { gateRow } from './gate-row.ts';
import { storyPart, type StoryPart } from './story.ts';

/** Why a symbol was entered in an interval, or was not, from the bar to what risk answered. */
export function whyStory(why: Why): readonly StoryPart[] {
  const { t, symbol, trips, doubt, exits, left, forecast, isAsRecorded } = why;
  const account = [
    ...trips.map((trip) => `halt: ${tripWords(trip)}`),
    ...(doubt === null ? [] : doubtLines(doubt)),
    ...(forecast === null || forecast.forecasts.length === 0 ? [] : accountForecastWords(forecast)),
  ];
  const leaving = [
    ...exits.map(
      ({ strategy, direction, reason }) => `${strategy} believes in no ${direction > 0 ? 'rise' : 'fall'} any more: ${reason}`,
    ),
    ...left.map(({ orderId, reason }) => `risk lets ${orderId} be left: ${reason}`),
  ];
  const note = 'This code does not decide all that was recorded before: what is recomputed here is its own.';
  return [
    storyPart('Bar', { t, lines: [barLine(why)] }),
    ...strategyParts(why),
    ...(leaving.length === 0 ? [] : [storyPart('To be left', { lines: leaving })]),
    ...riskParts(why, symbol),
    ...(account.length === 0 ? [] : [storyPart('Account', { lines: account })]),
    ...(isAsRecorded ? [] : [storyPart('Note', { lines: [note] })]),
  ];
}

function barLine({ bar, gap }: Why): string {
  if (bar === null) return `none: ${gap ?? 'unknown'}`;
  const { open, high, low, close, volume, flags } = bar;
  return `open ${open}, high ${high}, low ${low}, close ${close}, volume ${volume}${flags === 0 ? '' : ` (${barFlagWords(flags)})`}`;
}

function strategyParts({ strategies, signals }: Why): readonly StoryPart[] {
  if (strategies === null) return [storyPart('Strategy', { lines: signals.map(({ id }) => id) })];
  return strategies.map((found) => {
    const signal = signals.find(({ strategy }) => strategy === found.strategy);
    const side = found.direction > 0 ? 'up' : 'down';
    return storyPart(`Strategy ${found.strategy}`, {
      lines: [signal?.id ?? 'no signal', bandWords(found), `The conditions of a signal ${side}:`],
      conditions: found.gates.map((one) => ({ condition: one.gate, passes: one.passes, words: conditionWords(one) })),
    });
  });
}

function riskParts({ orders, denials, wouldSay, wouldBe }: Why, symbol: string): readonly StoryPart[] {
  const approved = orders.map(({ id, side, quantity, gates }) =>
    storyPart('Risk approved', { lines: [`${side} ${shares(quantity)}`, id], gates: gates.map((gate) => gateRow(gate, symbol)) }),
  );
  const denied = denials.map((denial) =>
    storyPart('Risk denied', {
      lines: [refusalWords(denial), denial.signalId],
      gates: denial.gates.map((gate) => gateRow(gate, symbol)),
    }),
  );
  if (wouldSay === null) return [...approved, ...denied];
  const lines = [`Risk was asked nothing; of an entry ${wouldBe > 0 ? 'up' : 'down'} its gates would have said:`];
  return [storyPart('Risk', { lines, gates: wouldSay.map((gate) => gateRow(gate, symbol)) })];
}
