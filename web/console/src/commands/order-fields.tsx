import type { JSX } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { Field } from './field.tsx';

/** An order as it is typed. */
export interface OrderGiven {
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly shares: string;
  readonly stop: string;
  readonly target: string;
  readonly minutes: string;
}

export const NO_ORDER: OrderGiven = { symbol: '', side: 'buy', shares: '', stop: '', target: '', minutes: '60' };

/** What an order by hand says: both exits, and how long it is held at the most. */
export function OrderFields({
  order,
  onChange,
}: {
  readonly order: OrderGiven;
  readonly onChange: (order: OrderGiven) => void;
}): JSX.Element {
  const decimal = (name: 'shares' | 'stop' | 'target' | 'minutes', label: string): JSX.Element => (
    <Field
      label={label}
      name={name}
      value={order[name]}
      onChange={(value) => onChange({ ...order, [name]: value })}
      isRequired
      isDecimal
    />
  );
  return (
    <div className="fields">
      <Field
        label="Symbol"
        name="symbol"
        value={order.symbol}
        onChange={(symbol) => onChange({ ...order, symbol: symbol.toUpperCase() })}
        isRequired
      />
      <RadioGroup
        className="choice"
        orientation="horizontal"
        value={order.side}
        onChange={(side) => onChange({ ...order, side: side === 'sell' ? 'sell' : 'buy' })}
      >
        <Label>Side</Label>
        <Radio value="buy">Buy</Radio>
        <Radio value="sell">Sell short</Radio>
      </RadioGroup>
      {decimal('shares', 'Shares, at the most')}
      {decimal('stop', 'Stop, $')}
      {decimal('target', 'Target, $')}
      {decimal('minutes', 'Held, minutes at the most')}
    </div>
  );
}
