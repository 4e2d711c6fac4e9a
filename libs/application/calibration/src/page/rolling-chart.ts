import {
  chartOf,
  closeText,
  type Content,
  dataTable,
  fixed,
  html,
  type Html,
  labelsBelow,
  legendEntry,
  lineThrough,
  place,
  type Point,
  px,
  type Scale,
  verticalAxis,
  whole,
} from '@aitrader/application-pages';
import { isHit, LAWS, type CoverageLevel, type Law } from '../intervals.ts';
import { PHASES, type SeriesTrack } from '../series-track.ts';
import { WIDE } from './fan-chart.ts';
import type { Phase } from '@aitrader/core-sessions';
import type { Timeframe } from '@aitrader/model';

/** Bars of a session that coverage is taken over. */
export const ROLLING_BARS = 250;
const LEVEL: CoverageLevel = 90;
const SD_95 = 1.96;
/** Points of a line: more would not be seen. */
const POINTS_MAX = 320;
const HEIGHT = 150;
const GAP = 56;
const LEFT = 62;
const DATES = 3;

/** Coverage of one session: where its windows end, and what share of their bars each law held, in per cent. */
interface Rolling {
  readonly phase: Phase;
  readonly ends: readonly number[];
  readonly raw: readonly number[];
  readonly adapted: readonly number[];
}

/** Coverage of the 90 % intervals over the last 250 bars of each session, as it went. Empty when no session has so many. */
export function rollingChart(id: string, track: SeriesTrack, timeframe: Timeframe): Html | undefined {
  const sessions = PHASES.flatMap((phase, index) => rollingOf(track, phase, index));
  if (sessions.length === 0) return undefined;
  const names = sessions.map(({ phase }) => phase).join(', ');
  const panelWidth = (WIDE - 14 - LEFT - GAP * (sessions.length - 1)) / sessions.length;
  const y = coverageScale(sessions);
  return chartOf({
    id,
    title: `Coverage of the 90 % intervals over the last ${ROLLING_BARS} bars of a session`,
    description: `One panel per session (${names}): realised coverage in per cent of the raw and of the adapted interval as time went on, with the nominal 90 % and the band that chance alone leaves in 95 of 100 windows.`,
    width: WIDE,
    height: HEIGHT + 46,
    drawing: sessions.map((session, k) => panel(session, y, px(LEFT + k * (panelWidth + GAP)), panelWidth, timeframe)),
    legend: [
      legendEntry(html`<path class="line raw" d="M0 6H24" />`, 'raw'),
      legendEntry(html`<path class="line law" d="M0 6H24" />`, 'adapted'),
      legendEntry(html`<path class="nominal" d="M0 6H24" />`, 'nominal'),
      legendEntry(html`<rect class="chance" width="24" height="12" />`, 'its 95 % band'),
    ],
    data: dataTable({
      caption: 'Least and most coverage of a window, per cent',
      header: ['session', 'windows', ...LAWS.flatMap((law) => [`${law}: least`, `${law}: most`])],
      rows: sessions.map((session): Content[] => [
        session.phase,
        whole(session.ends.length),
        ...LAWS.flatMap((law) => [fixed(Math.min(...session[law]), 1), fixed(Math.max(...session[law]), 1)]),
      ]),
    }),
  });
}

function rollingOf(track: SeriesTrack, phase: Phase, index: number): Rolling[] {
  const bars = Array.from(track.phase.subarray(0, track.scored).keys()).filter((bar) => track.phase[bar] === index);
  const windows = bars.length - ROLLING_BARS + 1;
  if (windows < 2) return [];
  const step = Math.max(1, Math.ceil(windows / POINTS_MAX));
  const chosen = bars.map((_, k) => k).filter((k) => k >= ROLLING_BARS - 1 && (bars.length - 1 - k) % step === 0);
  const share = (law: Law): number[] => {
    const sums = [0];
    for (const bar of bars) sums.push((sums.at(-1) ?? 0) + (isHit(track.hits[bar] ?? 0, law, LEVEL) ? 1 : 0));
    return chosen.map((k) => (100 * ((sums[k + 1] ?? 0) - (sums[k + 1 - ROLLING_BARS] ?? 0))) / ROLLING_BARS);
  };
  return [{ phase, ends: chosen.map((k) => track.t[bars[k] ?? 0] ?? 0), raw: share('raw'), adapted: share('adapted') }];
}

const CHANCE = SD_95 * Math.sqrt((LEVEL * (100 - LEVEL)) / ROLLING_BARS);

function coverageScale(sessions: readonly Rolling[]): Scale {
  const least = Math.min(LEVEL - CHANCE, ...sessions.flatMap(({ raw, adapted }) => [...raw, ...adapted]));
  return { from: least - 1.5, to: 100, start: HEIGHT + 18, end: 22 };
}

function panel(session: Rolling, y: Scale, left: number, width: number, timeframe: Timeframe): Html {
  const right = px(left + width);
  const x: Scale = { from: 0, to: session.ends.length - 1, start: left, end: right };
  const points = (law: Law): Point[] => session[law].map((value, k) => [place(x, k), place(y, value)]);
  const [top, bottom] = [place(y, LEVEL + CHANCE), place(y, LEVEL - CHANCE)];
  const labels = Array.from({ length: DATES }, (_, k) => {
    const at = Math.floor(((k + 0.5) * session.ends.length) / DATES);
    return { x: place(x, at), text: closeText(session.ends[at] ?? 0, timeframe).slice(0, 'YYYY-MM-DD'.length) };
  });
  return html`<text class="panel" x="${left}" y="13">${session.phase}</text>
    <rect class="chance" x="${left}" width="${px(width)}" y="${top}" height="${px(bottom - top)}" />
    ${verticalAxis(y, left, right, 5)}
    <line class="nominal" x1="${left}" x2="${right}" y1="${place(y, LEVEL)}" y2="${place(y, LEVEL)}" />
    <path class="line raw" d="${lineThrough(points('raw'))}" />
    <path class="line law" d="${lineThrough(points('adapted'))}" />
    ${labelsBelow(labels, HEIGHT + 36)}`;
}
