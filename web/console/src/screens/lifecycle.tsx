import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { FillRow, OrderRow } from '@aitrader/application-console';
import { Figure, Figures, toneOf } from '../parts/figures.tsx';
import { When } from '../parts/when.tsx';
import { useRun, useRunName } from '../stream/run-context.tsx';
import { price, shares, signedDollars } from '../words/numbers.ts';
import { Decision } from './decision.tsx';

/** What an order has won or lost on what was left of it, net of fees. */
export const resultOf = ({ side, left, averageEntry, averageExit, fees }: OrderRow): number =>
  left * (averageExit - averageEntry) * (side === 'buy' ? 1 : -1) - fees;

interface Happening {
  readonly t: number;
  readonly title: string;
  readonly words: string;
  /** the fill's key, where it is one */
  readonly fill?: string;
}

/** The steps of an order and its fills, in the order of time. */
function happeningsOf({ key: order, steps }: OrderRow, fills: readonly FillRow[]): readonly Happening[] {
  const stepped = steps.map(({ t, leg, kind, remaining, reason }) => ({
    ...{ t, title: `${leg} ${kind}` },
    words: [remaining > 0 ? `${shares(remaining)} open` : '', reason].filter((text) => text !== '').join(', '),
  }));
  const filled = fills
    .filter(({ orderId }) => orderId === order)
    .map(({ key, t, leg, shares: held, price: paid }) => ({
      ...{ t, title: `${leg}: ${shares(held)} at ${price(paid)}`, words: '', fill: key },
    }));
  return [...stepped, ...filled].sort((a, b) => a.t - b.t);
}

/** What became of an order, step by step, the fills of it, and the gates that it passed. */
export function Lifecycle({ order }: { readonly order: OrderRow }): JSX.Element {
  const run = useRunName();
  const fills = useRun(({ tables }) => tables.fills);
  const happenings = happeningsOf(order, [...fills.byKey.values()]);
  const { t, side, shares: approved, reference, exitAt, left, signalId } = order;
  return (
    <>
      <Figures>
        <Figure label="Approved">
          {side} {shares(approved)}
        </Figure>
        <Figure label="Reference">{price(reference)}</Figure>
        <Figure label="Out by">
          <When t={exitAt} />
        </Figure>
        <Figure label="Result" tone={toneOf(left > 0 ? resultOf(order) : 0)}>
          {left > 0 ? signedDollars(resultOf(order)) : '–'}
        </Figure>
      </Figures>
      <ol className="chain">
        <li>
          <span className="at">
            <When t={t} dated />
          </span>
          <h3>Approved by risk</h3>
        </li>
        {happenings.map(({ t: at, title, words, fill }, i) => (
          <li key={`${at} ${title} ${i}`}>
            <span className="at">
              <When t={at} dated />
            </span>
            <h3>{title}</h3>
            {words !== '' && <p>{words}</p>}
            {fill !== undefined && (
              <p>
                <Link to="/runs/$run/execution" params={{ run }} search={{ tab: 'fills', row: fill }}>
                  Why this fill
                </Link>
              </p>
            )}
          </li>
        ))}
      </ol>
      <Decision signal={signalId} />
    </>
  );
}
