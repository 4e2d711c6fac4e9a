import { useEffect, useRef, type JSX } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTheme } from '../chrome/theme.tsx';
import { clock, dateAndClock } from '../words/times.ts';
import { colourOf, faded } from './colours.ts';

/** A line of a chart. */
export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly colour: string;
  readonly isFilled?: boolean;
  readonly isDashed?: boolean;
}

interface SeriesChartProps {
  /** what it shows, in words: a chart is no more than a picture to who cannot see it */
  readonly words: string;
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly height: number;
  readonly format: (value: number) => string;
  readonly isSpark?: boolean;
}

/** Nights and weekends have no place on the axis: it counts intervals. */
const WHOLE = [1, 2, 5, 10, 20, 30, 60, 100, 200, 500, 1_000, 2_000, 5_000];
const DAY_MS = 86_400_000;

/** Series over time. The colours, and so the drawing, follow the theme. */
export function SeriesChart({ words, times, lines, height, format, isSpark = false }: SeriesChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const [theme] = useTheme();
  const data = [times.map((_, i) => i), ...lines.map(({ values }) => [...values])] as uPlot.AlignedData;
  const latest = useRef(data);
  const timesNow = useRef(times);
  [latest.current, timesNow.current] = [data, times];
  const shape = JSON.stringify([lines.map(({ label, colour }) => [label, colour]), height, isSpark, theme]);
  useEffect(() => {
    const { current: element } = place;
    if (element === null) return undefined;
    const options = { ...plotOptions(lines, format, isSpark, (i) => timesNow.current[i]), width: element.clientWidth, height };
    const made = new uPlot(options, latest.current, element);
    plot.current = made;
    const watching = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    watching.observe(element);
    return () => {
      watching.disconnect();
      made.destroy();
      plot.current = undefined;
    };
    // drawn anew when it has another shape; figures alone are told to it below
  }, [shape]);
  useEffect(() => plot.current?.setData(latest.current), [times, lines]);
  return <div ref={place} className="chart" role="img" aria-label={words} style={{ height }} />;
}

function plotOptions(
  lines: readonly Line[],
  format: (value: number) => string,
  isSpark: boolean,
  timeOf: (i: number) => number | undefined,
): Omit<uPlot.Options, 'width' | 'height'> {
  const grid = { stroke: faded('muted', 0.18), width: 1 };
  const axis = { stroke: colourOf('muted'), grid, ticks: { ...grid, size: 4 }, font: '11px system-ui' };
  return {
    legend: { show: false },
    cursor: isSpark ? { show: false } : { points: { size: 5 }, y: false },
    padding: isSpark ? [2, 2, 2, 2] : [10, 42, 0, 0],
    scales: { x: { time: false }, y: { range: (_, low, high) => padded(low, high) } },
    axes: isSpark
      ? [{ show: false }, { show: false }]
      : [
          { ...axis, values: (_, ticks) => timeWords(ticks.map(timeOf)), space: 110, incrs: WHOLE, size: 28 },
          { ...axis, values: (_, ticks) => ticks.map(format), size: 74 },
        ],
    series: [
      {},
      ...lines.map(({ label, colour, isFilled, isDashed }) => ({
        label,
        stroke: colourOf(colour),
        width: 1.5,
        points: { show: false },
        ...(isFilled === true ? { fill: faded(colour, 0.14) } : {}),
        ...(isDashed === true ? { dash: [5, 4] } : {}),
      })),
    ],
  };
}

/** A flat line stands in the middle. */
function padded(low: number, high: number): [number, number] {
  const room = low === high ? Math.max(1, Math.abs(low) * 0.001) : (high - low) * 0.06;
  return [low - room, high + room];
}

function timeWords(times: readonly (number | undefined)[]): string[] {
  const known = times.filter((t) => t !== undefined);
  const words = (known.at(-1) ?? 0) - (known[0] ?? 0) > DAY_MS ? dateAndClock : clock;
  return times.map((t) => (t === undefined ? '' : words(t).slice(-'07-02 15:53'.length)));
}
