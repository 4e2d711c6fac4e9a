import type { StandingLimit } from '@aitrader/application-recordings';
import { at } from '@aitrader/application-wording';
import { printable } from './printable.ts';

const GAP = 2;

/** Limits of risk for people, in the units of the configuration. */
export function limitsText(limits: readonly StandingLimit[]): string {
  const rows = [
    ['limit', 'configured', 'in force', ''],
    ...limits.map((one) => [one.limit, valueText(one.configured), valueText(one.inForce), byText(one)]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)) + GAP);
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

const valueText = (value: number | null): string =>
  value === null ? 'none' : value.toLocaleString('en-US', { maximumFractionDigits: 9 });

function byText({ configured, inForce, by }: StandingLimit): string {
  if (inForce === configured) return '';
  return by === null ? 'since an earlier run' : `${printable(by.actor)} after ${at(by.t)}: ${printable(by.reason)}`;
}
