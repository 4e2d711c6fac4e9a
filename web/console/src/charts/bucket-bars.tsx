import type { JSX } from 'react';
import { count, percent } from '../words/numbers.ts';

interface Bucket {
  readonly words: string;
  readonly count: number;
}

/** A histogram as a table: each row with a bar to the scale of the fullest, its count, and its share. */
export function BucketBars({ label, buckets }: { readonly label: string; readonly buckets: readonly Bucket[] }): JSX.Element {
  const all = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  const most = buckets.reduce((max, bucket) => Math.max(max, bucket.count), 1);
  return (
    <table className="data short buckets" aria-label={label}>
      <thead>
        <tr>
          <th scope="col" className="text">
            Took
          </th>
          <th scope="col" className="number">
            Times
          </th>
          <th scope="col" className="number">
            Share
          </th>
          <td aria-hidden="true" />
        </tr>
      </thead>
      <tbody>
        {buckets.map(({ words, count: times }) => (
          <tr key={words}>
            <th scope="row">{words}</th>
            <td className="number">{count(times)}</td>
            <td className="number">{percent(times / all, 1)}</td>
            <td aria-hidden="true" className="length">
              <svg viewBox="0 0 100 10" preserveAspectRatio="none">
                <rect width={(times / most) * 100} height="10" />
              </svg>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
