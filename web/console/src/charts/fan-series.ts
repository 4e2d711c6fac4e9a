import type {
  CustomData,
  CustomSeriesOptions,
  CustomSeriesPricePlotValues,
  CustomSeriesWhitespaceData,
  ICustomSeriesPaneRenderer,
  ICustomSeriesPaneView,
  PaneRendererCustomData,
  PriceToCoordinateConverter,
  UTCTimestamp,
} from 'lightweight-charts';
import { customSeriesDefaultOptions } from 'lightweight-charts';

/** What was believed of a bar's close before it came: central intervals, from the widest to the narrowest. */
export interface FanPoint extends CustomData<UTCTimestamp> {
  readonly bands: readonly (readonly [low: number, high: number])[];
  readonly median: number;
}

export interface FanOptions extends CustomSeriesOptions {
  /** of one band; where they lie over another they are darker */
  readonly band: string;
  readonly middle: string;
}

type Data = PaneRendererCustomData<UTCTimestamp, FanPoint>;
type Target = Parameters<ICustomSeriesPaneRenderer['draw']>[0];

/** Central intervals of forecasts, one over the other. */
export class FanSeries implements ICustomSeriesPaneView<UTCTimestamp, FanPoint, FanOptions> {
  readonly #renderer = new FanRenderer();

  renderer(): ICustomSeriesPaneRenderer {
    return this.#renderer;
  }
  update(data: Data, options: FanOptions): void {
    this.#renderer.update(data, options);
  }
  priceValueBuilder({ bands, median }: FanPoint): CustomSeriesPricePlotValues {
    const [low, high] = bands[0] ?? [median, median];
    return [low, high, median];
  }
  isWhitespace(point: FanPoint | CustomSeriesWhitespaceData<UTCTimestamp>): point is CustomSeriesWhitespaceData<UTCTimestamp> {
    return !('bands' in point);
  }
  defaultOptions(): FanOptions {
    return { ...customSeriesDefaultOptions, band: '', middle: '' };
  }
}

class FanRenderer implements ICustomSeriesPaneRenderer {
  #data: Data | undefined;
  #options: FanOptions | undefined;

  update(data: Data, options: FanOptions): void {
    [this.#data, this.#options] = [data, options];
  }

  draw(target: Target, yOf: PriceToCoordinateConverter): void {
    const { visibleRange, bars } = this.#data ?? { visibleRange: null, bars: [] };
    const options = this.#options;
    if (visibleRange === null || options === undefined) return;
    const seen = bars.slice(Math.max(0, visibleRange.from), visibleRange.to);
    const bandCount = seen[0]?.originalData.bands.length ?? 0;
    target.useMediaCoordinateSpace(({ context }) => {
      context.fillStyle = options.band;
      for (let band = 0; band < bandCount; band++) {
        const edge = (side: 0 | 1): [number, number][] =>
          seen.map(({ x, originalData: { bands, median } }) => [x, yOf(bands[band]?.[side] ?? median) ?? 0]);
        context.beginPath();
        for (const [x, y] of [...edge(1), ...edge(0).reverse()]) context.lineTo(x, y);
        context.closePath();
        context.fill();
      }
      context.strokeStyle = options.middle;
      context.lineWidth = 1;
      context.beginPath();
      for (const { x, originalData } of seen) context.lineTo(x, yOf(originalData.median) ?? 0);
      context.stroke();
    });
  }
}
