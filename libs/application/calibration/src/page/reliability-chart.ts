import {
  chartOf,
  type Content,
  dataTable,
  fixed,
  html,
  type Html,
  labelsBelow,
  legendEntry,
  place,
  px,
  type Scale,
  signed,
  verticalAxis,
} from '@aitrader/application-pages';
import { COVERAGE_LEVELS, LAWS, type Law } from '../intervals.ts';
import type { SeriesReport } from '../series-report.ts';
import { coverageTarget } from '../targets.ts';

const WIDTH = 460;
const HEIGHT = 230;
/** Left panel: realised against nominal coverage. Right panel: how far they are apart. */
const DIAGONAL: Scale = { from: 45, to: 100, start: 46, end: 236 };
const LEFT = 290;
const RIGHT = WIDTH - 10;
/** Points that the right panel reaches at least: the widest target. */
const DIFFERENCE_MIN = 3.5;
const UP: Scale = { from: 45, to: 100, start: HEIGHT, end: 10 };

const markOf = (law: Law, x: number, y: number): Html =>
  law === 'raw'
    ? html`<circle class="raw" cx="${x}" cy="${y}" r="4.5" />`
    : html`<path class="law" d="M${x} ${px(y - 6)}l6 6l-6 6l-6 -6z" />`;

/** Realised against nominal coverage of both laws, and the difference in points. */
export function reliabilityChart(id: string, report: SeriesReport): Html {
  const { coverage } = report;
  const text = LAWS.map(
    (law) => `${law} ${COVERAGE_LEVELS.map((level) => `${fixed(coverage[law][level], 2)} at ${level}`).join(', ')}`,
  );
  return chartOf({
    id,
    title: 'Realised against nominal coverage',
    description: `Left, coverage in per cent on the diagonal of perfect calibration; right, the difference in points with the bounds of the targets: ${text.join('; ')}.`,
    width: WIDTH,
    height: HEIGHT + 22,
    drawing: html`${diagonal(report)}${differences(report)}`,
    legend: [
      legendEntry(markOf('raw', 12, 6), 'raw'),
      legendEntry(markOf('adapted', 12, 6), 'adapted'),
      legendEntry(html`<path class="nominal" d="M0 6H24" />`, 'nominal'),
      legendEntry(html`<path class="bounds" d="M8 2H16M12 2V10M8 10H16" />`, 'target'),
    ],
    data: dataTable({
      caption: 'Coverage in per cent',
      header: ['interval', 'raw', 'difference', 'adapted', 'difference'],
      rows: COVERAGE_LEVELS.map((level): Content[] => [
        `${level} %`,
        ...LAWS.flatMap((law) => [fixed(coverage[law][level], 2), signed(coverage[law][level] - level, 2)]),
      ]),
    }),
  });
}

function diagonal({ coverage }: SeriesReport): Html {
  const { start, end } = DIAGONAL;
  return html`${verticalAxis(UP, start, end, 5)}
    <line class="nominal" x1="${place(DIAGONAL, 45)}" y1="${place(UP, 45)}" x2="${place(DIAGONAL, 100)}" y2="${place(UP, 100)}" />
    ${LAWS.map((law) =>
      COVERAGE_LEVELS.map((level) => markOf(law, place(DIAGONAL, level), place(UP, Math.max(45, coverage[law][level])))),
    )}
    ${labelsBelow(
      [50, 80, 90, 99].map((level) => ({ x: place(DIAGONAL, level), text: String(level) })),
      HEIGHT + 16,
    )}`;
}

function differences({ coverage, targets }: SeriesReport): Html {
  const apart = LAWS.flatMap((law) => COVERAGE_LEVELS.map((level) => Math.abs(coverage[law][level] - level)));
  const reach = 1.1 * Math.max(DIFFERENCE_MIN, ...apart);
  const y: Scale = { from: -reach, to: reach, start: HEIGHT, end: 10 };
  const step = (RIGHT - LEFT) / COVERAGE_LEVELS.length;
  const at = (law: Law, k: number): number => px(LEFT + (k + (law === 'raw' ? 0.3 : 0.7)) * step);
  const bounds = (law: Law, k: number): Html | string => {
    const level = COVERAGE_LEVELS[k] ?? 0;
    const target = targets.checks.find(({ name }) => name === coverageTarget(law, COVERAGE_LEVELS[k] ?? 50));
    if (target === undefined) return '';
    const [low, high] = [target.atLeast ?? 0, target.atMost ?? 0].map((bound) => place(y, clamp(bound - level, reach)));
    return html`<path class="bounds" d="M${px(at(law, k) - 4)} ${low ?? 0}h8m-4 0V${high ?? 0}m-4 0h8" />`;
  };
  return html`${verticalAxis(y, LEFT, RIGHT, 6)}
    <line class="nominal" x1="${LEFT}" x2="${RIGHT}" y1="${place(y, 0)}" y2="${place(y, 0)}" />
    ${LAWS.map((law) => COVERAGE_LEVELS.map((_, k) => bounds(law, k)))}
    ${LAWS.map((law) => COVERAGE_LEVELS.map((level, k) => markOf(law, at(law, k), place(y, coverage[law][level] - level))))}
    ${labelsBelow(
      COVERAGE_LEVELS.map((level, k) => ({ x: px(LEFT + (k + 0.5) * step), text: String(level) })),
      HEIGHT + 16,
    )}`;
}

const clamp = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
