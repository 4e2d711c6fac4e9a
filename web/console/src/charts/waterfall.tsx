import type { JSX } from 'react';

const WIDTH = 100;
const LEAST = 0.6;

/** One line of a waterfall: from when the first message was there until this one was, to the scale of the whole. */
export const WaterfallBar = ({
  from,
  to,
  whole,
}: {
  readonly from: number;
  readonly to: number;
  readonly whole: number;
}): JSX.Element => {
  const x = (from / Math.max(whole, Number.EPSILON)) * WIDTH;
  return (
    <svg viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" aria-hidden="true">
      <rect
        x={Math.min(x, WIDTH - LEAST)}
        width={Math.max(LEAST, ((to - from) / Math.max(whole, Number.EPSILON)) * WIDTH)}
        height="10"
      />
    </svg>
  );
};
