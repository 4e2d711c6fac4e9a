import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  LineStyle,
  type IChartApi,
  type SeriesMarker,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef, type JSX } from 'react';
import type { BarRow } from '@aitrader/application-console';
import { useTheme } from '../chrome/theme.tsx';
import { clock, dateAndClock } from '../words/times.ts';
import { colourOf, faded } from './colours.ts';
import { FanSeries } from './fan-series.ts';
import { fanOf, seconds, type Mark } from './symbol-points.ts';

interface SymbolChartProps {
  readonly words: string;
  readonly bars: readonly BarRow[];
  readonly marks: readonly Mark[];
  readonly levels: readonly { readonly price: number; readonly title: string }[];
}

const at = (t: number): UTCTimestamp => seconds(t) as UTCTimestamp;
const SECOND_MS = 1_000;
const VOLUME_TOP = 0.85;
/** Bars that are seen at first: as many as can be told apart. The rest is a drag away. */
const BARS_FIRST = 240;

/** The bars of a symbol over what was believed of them, with our signals, fills, stops and targets. */
export function SymbolChart({ words, bars, marks, levels }: SymbolChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const [theme] = useTheme();
  useEffect(() => {
    const { current: element } = place;
    if (element === null) return undefined;
    const chart = newChart(element);
    draw(chart, { words, bars, marks, levels });
    chart.timeScale().setVisibleLogicalRange({ from: Math.max(0, bars.length - BARS_FIRST), to: bars.length + 4 });
    return () => chart.remove();
  }, [words, bars, marks, levels, theme]);
  return <div ref={place} className="candles" role="img" aria-label={words} />;
}

function newChart(element: HTMLElement): IChartApi {
  const grid = { color: faded('muted', 0.14) };
  return createChart(element, {
    autoSize: true,
    layout: {
      background: { color: 'transparent' },
      textColor: colourOf('muted'),
      fontSize: 11,
      // it writes a style into the page, which the page's policy forbids: the screen names it in words
      attributionLogo: false,
    },
    grid: { vertLines: grid, horzLines: grid },
    rightPriceScale: { borderColor: colourOf('line') },
    timeScale: {
      borderColor: colourOf('line'),
      timeVisible: true,
      tickMarkFormatter: (time: UTCTimestamp) => clock(time * SECOND_MS),
    },
    localization: { timeFormatter: (time: UTCTimestamp) => `${dateAndClock(time * SECOND_MS)} ET` },
  });
}

function draw(chart: IChartApi, { bars, marks, levels }: SymbolChartProps): void {
  const none = { lastValueVisible: false, priceLineVisible: false };
  const fan = chart.addCustomSeries(new FanSeries(), { ...none, band: faded('accent', 0.16), middle: faded('accent', 0.6) });
  fan.setData(fanOf(bars).map(({ t, median, bands }) => ({ time: at(t), median, bands })));
  const volume = chart.addSeries(HistogramSeries, {
    ...none,
    priceScaleId: 'volume',
    color: faded('muted', 0.35),
    priceFormat: { type: 'volume' },
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: VOLUME_TOP, bottom: 0 } });
  volume.setData(bars.map(({ t, volume: value }) => ({ time: at(t), value })));
  const [up, down] = [colourOf('up'), colourOf('down')];
  const candles = chart.addSeries(CandlestickSeries, {
    ...{ upColor: up, borderUpColor: up, wickUpColor: up },
    // hollow and full, so that the colour alone does not say it
    ...{ downColor: 'transparent', borderDownColor: down, wickDownColor: down },
    priceLineVisible: false,
  });
  candles.setData(bars.map(({ t, open, high, low, close }) => ({ time: at(t), open, high, low, close })));
  for (const { price, title } of levels)
    candles.createPriceLine({
      price,
      title,
      color: colourOf(title === 'stop' ? 'down' : 'good'),
      lineStyle: LineStyle.Dashed,
      lineWidth: 1,
    });
  createSeriesMarkers(candles, marks.map(markerOf));
}

const markerOf = ({ t, shape, up, words }: Mark): SeriesMarker<UTCTimestamp> => ({
  time: at(t),
  position: up ? 'belowBar' : 'aboveBar',
  shape: shape === 'signal' ? 'circle' : shape === 'buy' ? 'arrowUp' : 'arrowDown',
  color: shape === 'signal' ? colourOf('muted') : colourOf(up ? 'up' : 'down'),
  text: words,
  size: shape === 'signal' ? 0.6 : 1,
});
