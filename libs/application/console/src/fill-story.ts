import type { ExplainedBar, ExplainedCommand, ExplainedSignal, Explanation } from '@aitrader/application-recordings';
import {
  accountForecastWords,
  actionWords,
  at,
  barFlagWords,
  bp,
  cashText,
  dollars,
  doubtLines,
  share,
  shares,
  stateLines,
  tripWords,
  writeOffWords,
} from '@aitrader/application-wording';
import { gateRow } from './gate-row.ts';
import { storyPart, type StoryPart } from './story.ts';

/** The chain of a fill, from the fill back to the bar that its signal was raised on, or to the operator who asked. */
export function fillStory(explanation: Explanation): readonly StoryPart[] {
  const { fill, fillBar, order, orderedIn, forecast } = explanation;
  const side = `${fill.side} ${shares(fill.quantity)} ${fill.symbol} at ${dollars(fill.price)}`;
  const own = `out by ${at(order.exitAt)}${orderedIn === undefined ? '' : `; approved in ${orderedIn}`}`;
  return [
    storyPart('Fill', { t: fill.t, lines: [`${side}, leg ${fill.leg}, fee ${cashText(fill.fee)}`, fill.id] }),
    storyPart('In bar', fillBar === null ? { lines: ['none of its interval'] } : barPart(fillBar)),
    ...brokerParts(explanation),
    ...happened(explanation),
    storyPart('Order', {
      t: order.t,
      lines: [
        `${order.side} ${shares(order.quantity)}, stop ${dollars(order.stop)}, target ${dollars(order.target)}, ${own}`,
        ...(forecast === undefined ? [] : accountForecastWords(forecast)),
      ],
      gates: order.gates.map((gate) => gateRow(gate, order.symbol)),
    }),
    ...(explanation.command === undefined ? signalParts(explanation) : [commandPart(explanation)]),
  ];
}

const barPart = (bar: ExplainedBar): Partial<StoryPart> => ({
  t: bar.t,
  seq: bar.seq,
  lines: [
    `open ${bar.open}, high ${bar.high}, low ${bar.low}, close ${bar.close}, volume ${bar.volume}${bar.flags === 0 ? '' : ` (${barFlagWords(bar.flags)})`}`,
  ],
});

function brokerParts({ broker }: Explanation): readonly StoryPart[] {
  if (broker === undefined) return [];
  const asked = broker.requests.map(({ seq, request }) =>
    storyPart('Asked of the broker', { seq, lines: [`${request.kind} as ${request.id}`] }),
  );
  const said = broker.reports.map(({ seq, report: { t, kind, word } }) =>
    storyPart('The broker said', { t, seq, lines: [`${kind}${word === '' || word === kind ? '' : ` (${word})`}`] }),
  );
  return [...asked, ...said].sort((a, b) => (b.seq ?? 0) - (a.seq ?? 0));
}

/** What became of the order until the fill, and what of the account and the market changed meanwhile. */
function happened({ events, exit, actions = [], writeOffs = [], trips = [], doubts = [] }: Explanation): readonly StoryPart[] {
  const lines = events.map(
    ({ t, leg, kind, remaining, reason }) =>
      `${at(t)} ${leg} ${kind}${remaining > 0 ? `, ${shares(remaining)} open` : ''}${reason === '' ? '' : ` (${reason})`}`,
  );
  const left = exit === undefined ? [] : [`${at(exit.t)} to be left by its strategy, since ${exit.reason}`];
  const beside = [
    ...actions.map(actionWords),
    ...writeOffs.map(writeOffWords),
    ...trips.map((trip) => `${at(trip.t)} entries ${tripWords(trip)}`),
    ...doubts.flatMap(({ t, doubt }) => (doubt === null ? [] : doubtLines(doubt).map((line) => `${at(t)} ${line}`))),
  ];
  return [storyPart('What became of the order', { lines: [...lines, ...left, ...beside] })];
}

function signalParts({ signal, state, signalBar }: ExplainedSignal): readonly StoryPart[] {
  const { forward, direction, reference, horizonMinutes, velocityUpPpm, strategy, t, id } = signal;
  const claim = `${direction > 0 ? 'up' : 'down'} from ${dollars(reference)} over ${horizonMinutes} min: mean ${bp(forward.meanE8)}, sd ${bp(forward.sdE8)}, P(velocity > 0) ${share(velocityUpPpm)}`;
  return [
    storyPart('Signal', { t, lines: [`${strategy}: ${claim}`, id] }),
    storyPart('State', {
      seq: state.seq,
      lines: [
        state.model,
        ...stateLines(state.figures).map(({ about, text }) => `${about}: ${text.trim().replace(/\s+/g, ' ')}`),
        ...state.fitted.map(({ version, fittedTo }) => `fitted ${version}, to the bars up to ${at(fittedTo)}`),
      ],
    }),
    storyPart('Bar', barPart(signalBar)),
  ];
}

function commandPart({ command: { t, actor, reason, manual, seq } }: ExplainedCommand): StoryPart {
  const { side, quantity, symbol, stop, target, minutes } = manual;
  const asked = `${side} ${shares(quantity)} ${symbol} at most, stop ${dollars(stop)}, target ${dollars(target)}, out after ${minutes} min`;
  return storyPart('Command', { t, seq, lines: [`asked by ${actor}${reason === '' ? '' : `, since ${reason}`}`, asked] });
}
