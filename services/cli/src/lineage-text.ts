import type { FillLineage } from '@aitrader/application-journal';
import { at, barFlagWords, bp, cashText, dollars, gateWords, share, shares } from '@aitrader/application-wording';
import { COMPARISONS, GATE_UNITS, ticker, type GateFigure } from '@aitrader/model';

const INDENT = ' '.repeat(8);
const GATE_WIDTH = 20;
const EDGE_GATE = /^EDGE/;

/** A fill with every link of its chain, one below the other; the same wherever its rows come from. */
export function lineageText(lineage: FillLineage): string {
  const { fill, missing } = lineage;
  return [
    `fill    ${fill.fillId}  (message ${fill.seq})`,
    `${INDENT}${fill.side} ${shares(fill.quantity)} ${fill.symbol} at ${dollars(fill.price)}, leg ${fill.leg}, fee ${cashText(fill.fee)}, ${at(fill.t)}`,
    ...brokerLines(lineage),
    ...orderLines(lineage),
    ...causeLines(lineage),
    ...missing.map((link) => `missing ${link}`),
  ].join('\n');
}

function brokerLines({ reports, requests }: FillLineage): readonly string[] {
  const said = reports.map(
    ({ kind, t, word, executionId, seq }) =>
      `report  ${at(t)} ${kind}${word === null || word === '' || word === kind ? '' : ` (${word})`}${executionId === null ? '' : `, execution ${executionId}`}  (message ${seq})`,
  );
  const asked = requests.map(
    ({ kind, requestId, cause, seq }) => `request ${kind} ${requestId}, after message ${cause}  (message ${seq})`,
  );
  return [...said, ...asked];
}

/** A gate's figure as a table has it. @throws Error for a unit or a comparison that nobody wrote there */
function figureOf({ gate, value, limitValue: limit, ...row }: FillLineage['gates'][number]): GateFigure {
  const unit = GATE_UNITS.find((one) => one === row.unit);
  const comparison = COMPARISONS.find((one) => one === row.comparison);
  if (unit === undefined || comparison === undefined)
    throw new Error(`the table of gates: ${gate}: ${row.unit}, ${row.comparison} is no unit with a comparison`);
  return { gate, value, limit, unit, comparison };
}

function orderLines({ order, orderedIn, gates }: FillLineage): readonly string[] {
  if (order === undefined) return [];
  const { orderId, side, quantity, stop, target, exitAt, seq, symbol } = order;
  const lines = gates.map((row) => {
    const text = `${row.gate.padEnd(GATE_WIDTH)} ${gateWords({ ...figureOf(row), symbol: ticker(symbol) })}`;
    return { gate: row.gate, text };
  });
  const edges = lines.filter(({ gate }) => EDGE_GATE.test(gate));
  return [
    `order   ${orderId}${orderedIn === undefined ? '' : `, of ${orderedIn}: the messages below are there`}  (message ${seq})`,
    `${INDENT}${side} ${shares(quantity)}, stop ${dollars(stop)}, target ${dollars(target)}, out by ${at(exitAt)}`,
    'gates   passed, in this order:',
    ...lines.map(({ text }) => `${INDENT}${text}`),
    ...edges.map(({ text }) => `edge    ${text}`),
  ];
}

/** What bars were read from that no feed has told. */
const sourceText = ({ name, shape, sha256 }: FillLineage['sources'][number]): string =>
  `${name} (${shape}${sha256 === '' ? '' : `, SHA-256 ${sha256}`})`;

function causeLines({ signal, command, state, bar, versions, slice, sources }: FillLineage): readonly string[] {
  if (command !== undefined)
    return [
      `asked   by ${command.actor}${command.reason === '' ? '' : `, since ${command.reason}`}, after ${at(command.t)}  (message ${command.seq})`,
    ];
  return [
    ...(signal === undefined
      ? []
      : [
          `signal  ${signal.signalId}, of ${signal.strategy}  (message ${signal.seq})`,
          `${INDENT}${signal.direction > 0 ? 'up' : 'down'} from ${dollars(signal.reference)} over ${signal.horizonMinutes} min: mean ${bp(signal.meanE8)}, sd ${bp(signal.sdE8)}`,
        ]),
    ...(state === undefined || signal === undefined
      ? []
      : [
          `state   ${signal.model}, regime ${signal.regime}, P(velocity > 0) ${share(signal.velocityUpPpm)}, 95 % held ${share(signal.coverage95Ppm)}  (message ${state.seq})`,
        ]),
    ...(bar === undefined
      ? []
      : [
          `bar     closed ${at(bar.t)}  open ${bar.open}  high ${bar.high}  low ${bar.low}  close ${bar.close}  volume ${bar.volume}${bar.flags === 0 ? '' : `  (${barFlagWords(bar.flags)})`}`,
          `${INDENT}version ${versions} of it, known ${at(bar.knownAt)}  (message ${bar.seq})`,
        ]),
    ...(slice === undefined
      ? []
      : [
          `vendor  ${slice.feed === '' ? sources.map(sourceText).join(', ') : slice.feed}, with ${slice.bars} bars of shard ${slice.shard}`,
        ]),
  ];
}
