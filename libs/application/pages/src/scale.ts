/** Maps figures to places in a drawing, linearly. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/** A length or place in a drawing, to a tenth of a pixel. */
export const px = (value: number): number => Number(value.toFixed(1));

/** Place of a figure. */
export const place = ({ from, to, start, end }: Scale, value: number): number =>
  px(start + ((value - from) / (to - from)) * (end - start));

/** Round figures inside a scale, about `wanted` of them, and the decimals that they need. */
export function ticksOf({ from, to }: Scale, wanted: number): { readonly values: readonly number[]; readonly digits: number } {
  const rough = (to - from) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (STEPS.find((each) => each * power >= rough) ?? 10);
  const digits = Math.max(0, decimalsOf(step));
  const values: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++) values.push(Number((k * step).toFixed(digits)));
  return { values, digits };
}

const STEPS = [1, 2, 5];

const decimalsOf = (step: number): number => -Math.floor(Math.log10(step) + 1e-9);

export type Point = readonly [x: number, y: number];

/** A path through points. */
export const lineThrough = (points: readonly Point[]): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');

/** The closed path along the first points and back along the others. */
export const areaBetween = (upper: readonly Point[], lower: readonly Point[]): string =>
  `${lineThrough([...upper, ...lower.toReversed()])}Z`;
