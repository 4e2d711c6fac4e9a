import {
  closeText,
  dataTable,
  documentOf,
  html,
  navigationOf,
  sectionOf,
  tableOf,
  whole,
  type Content,
  type Html,
} from '@aitrader/application-pages';
import { codeText } from '@aitrader/application-recordings';
import { REPORT_STYLE } from '@aitrader/application-reports';
import { money } from '@aitrader/application-wording';
import { TIMEFRAMES, type OrderId } from '@aitrader/model';
import type { ParityLine } from '../parity-line.ts';
import type { Parity } from '../run-parity.ts';
import { binsChart, moneyOf } from './bins-chart.ts';
import { BIN_WORDS } from './words.ts';

/** Lines that are listed on the page; the file beside it has all. */
const LISTED_MAX = 500;
/** Orders that are listed, those with the greatest difference. */
const ORDERS_MAX = 40;
const NONE = '–';

/** A run beside its replay as one page. */
export function parityPage(parity: Parity): string {
  const sections = [
    ['bins', 'Where the difference comes from', binsSection(parity)],
    ['orders', 'By order', ordersSection(parity)],
    ['lines', 'Every difference', linesSection(parity)],
  ] as const;
  return documentOf({
    ...{ title: `Parity of ${parity.run}`, heading: `Parity of ${parity.run}`, style: REPORT_STYLE },
    facts: [factsOf(parity), navigationOf(sections)],
    content: [headline(parity), sections.map(([id, title, content]) => sectionOf(id, title, content)), NOTES],
  });
}

const when = (t: number, { timeframe }: Pick<Parity, 'timeframe'>): string =>
  t === 0 ? NONE : closeText(t, TIMEFRAMES.find((each) => each === timeframe) ?? '1m');

function factsOf(parity: Parity): Html {
  const { kind, timeframe, broker, intervals, unfinished, writtenBy, replayedBy, isOtherCode, heldAgainst, fills } = parity;
  const { configuration, operators, bars } = heldAgainst;
  const by = isOtherCode ? `, by another program than the one at hand, ${codeText(replayedBy)}` : '';
  const rest = [
    ...(configuration ? ['The replay goes by another configuration.'] : []),
    ...(operators ? ['Operators commanded in the run; the replay hears none.'] : []),
    bars ? 'Its bars are held against what is known of them now.' : 'Its bars are taken as they were recorded.',
    ...(unfinished === 0 ? [] : [`${whole(unfinished)} intervals are not complete, and left out.`]),
    ...(fills.takenAsRecorded === 0
      ? []
      : [`${whole(fills.takenAsRecorded)} fills are of orders from before the run, and taken as they were recorded.`]),
  ];
  return html`<p class="facts">
    A ${kind} by ${timeframe} with ${broker}, ${whole(intervals)} intervals, ${when(parity.from, parity)} to
    ${when(parity.to, parity)}, recorded by ${codeText(writtenBy)}${by}; beside it what today’s program decides from all that was
    recorded before each interval, filled by the simulated broker. ${rest.join(' ')}
  </p>`;
}

function headline({ equity, differenceMicros, bins, fills }: Parity): Html {
  const unexplained = bins.at(-1);
  const isKnown = unexplained?.lines === 0;
  const figures: readonly (readonly [string, Content, string])[] = [
    ['recorded equity', money(equity.recorded), `${whole(fills.recorded)} fills`],
    ['replayed equity', money(equity.replayed), `${whole(fills.replayed)} fills`],
    ['difference', moneyOf(differenceMicros), 'recorded less replayed'],
    [
      'unexplained',
      html`<span class="${isKnown ? 'met' : 'missed'}">${isKnown ? 'nothing' : moneyOf(unexplained?.costMicros ?? 0)}</span>`,
      `${whole(unexplained?.lines ?? 0)} differences`,
    ],
  ];
  return html`<dl class="figures">
    ${figures.map(
      ([name, value, note]) =>
        html`<div class="figure">
          <dt>${name}</dt>
          <dd>${value}<small>${note}</small></dd>
        </div>`,
    )}
  </dl>`;
}

const binsSection = ({ bins, lines }: Parity): Content =>
  lines.length === 0
    ? html`<p>The replay does what was recorded, to the last share and cent.</p>`
    : [
        html`<div class="narrow-chart">${binsChart(bins)}</div>`,
        tableOf({
          caption: 'By cause',
          header: ['cause', 'differences', 'came to', 'what is laid to it'],
          words: [3],
          rows: bins.map(({ bin, lines: count, costMicros }) => [
            BIN_WORDS[bin].name,
            whole(count),
            moneyOf(costMicros),
            BIN_WORDS[bin].means,
          ]),
        }),
      ];

function ordersSection(parity: Parity): Content {
  const orders = new Map<OrderId, ParityLine[]>();
  for (const line of parity.lines) if (line.order !== null) orders.set(line.order, [...(orders.get(line.order) ?? []), line]);
  const sum = (lines: readonly ParityLine[]): number => lines.reduce((total, { costMicros }) => total + costMicros, 0);
  const ranked = [...orders].sort(([, one], [, other]) => Math.abs(sum(other)) - Math.abs(sum(one)));
  if (ranked.length === 0) return html`<p>No order differs.</p>`;
  return tableOf({
    caption:
      ranked.length > ORDERS_MAX
        ? `The ${whole(ORDERS_MAX)} of ${whole(ranked.length)} orders that differ most`
        : 'Orders that differ',
    header: ['symbol', 'first', 'came to', 'causes', 'order'],
    words: [3, 4],
    rows: ranked
      .slice(0, ORDERS_MAX)
      .map(([order, lines]) => [
        lines[0]?.symbol ?? NONE,
        when(lines[0]?.t ?? 0, parity),
        moneyOf(sum(lines)),
        [...new Set(lines.map(({ bin }) => BIN_WORDS[bin].name))].join(', '),
        order,
      ]),
  });
}

function linesSection(parity: Parity): Content {
  const { lines } = parity;
  if (lines.length === 0) return html`<p>There is none.</p>`;
  const rest = lines.length - LISTED_MAX;
  return dataTable({
    caption:
      rest > 0 ? `The first ${whole(LISTED_MAX)}; report.json has all ${whole(lines.length)}` : `All ${whole(lines.length)}`,
    header: ['interval', 'symbol', 'came to', 'cause', 'what', 'recorded', 'replayed', 'order'],
    words: [3, 4, 5, 6, 7],
    rows: lines
      .slice(0, LISTED_MAX)
      .map((line) => [
        when(line.t, parity),
        line.symbol ?? NONE,
        BIN_WORDS[line.bin].name,
        line.what,
        line.recorded,
        line.replayed,
        moneyOf(line.costMicros),
        line.order ?? NONE,
      ]),
  });
}

const NOTES = html`<footer>
  <h2>What the figures mean</h2>
  <ul>
    <li>
      <b>Came to</b>: by how much the recorded account ended better for it, in dollars; below 0, worse. All of it together is the
      difference of the equities, to the millionth of a dollar.
    </li>
    <li>
      <b>One step ahead</b>: each decision of the replay is made from what was recorded up to its interval, fills included. So a
      difference shows where it arises and causes no other.
    </li>
    <li>
      <b>Unexplained</b>: nothing, of a recording that nobody has touched. Anything else wants to be looked into:
      <code>aitrader verify</code> names the first message that is not what was made then.
    </li>
  </ul>
</footer>`;
