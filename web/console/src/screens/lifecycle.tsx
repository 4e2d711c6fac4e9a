import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { OrderRow } from '@aitrader/application-console';
import { Figure, Figures, toneOf } from '../parts/figures.tsx';
import { When } from '../parts/when.tsx';
import { useRun, useRunName } from '../stream/run-context.tsx';
import { price, shares, signedDollars } from '../words/numbers.ts';
import { Decision } from './decision.tsx';

/** What an order has won or lost on what was left of it, net of fees. */
export const resultOf = ({ side, left, averageEntry, averageExit, fees }: OrderRow): number =>
  left * (averageExit - averageEntry) * (side === 'buy' ? 1 : -1) - fees;

/** What became of an order, step by step, the fills of it, and the gates that it passed. */
export function Lifecycle({ order }: { readonly order: OrderRow }): JSX.Element {
  const run = useRunName();
  const fills = useRun(({ tables }) => tables.fills);
  const own = [...fills.byKey.values()].filter(({ orderId }) => orderId === order.key);
  const { t, side, shares: approved, reference, exitAt, steps, left, signalId } = order;
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
        {steps.map((step, i) => (
          <li key={`${step.t} ${step.leg} ${step.kind} ${i}`}>
            <span className="at">
              <When t={step.t} dated />
            </span>
            <h3>
              {step.leg} {step.kind}
            </h3>
            <p>
              {step.remaining > 0 ? `${shares(step.remaining)} open` : ''}
              {step.reason}
            </p>
          </li>
        ))}
        {own.map(({ key, t: at, leg, shares: held, price: paid }) => (
          <li key={key}>
            <span className="at">
              <When t={at} dated />
            </span>
            <h3>
              {leg} filled: {shares(held)} at {price(paid)}
            </h3>
            <p>
              <Link to="/runs/$run/execution" params={{ run }} search={{ tab: 'fills', row: key }}>
                Why this fill
              </Link>
            </p>
          </li>
        ))}
      </ol>
      <Decision signal={signalId} />
    </>
  );
}
