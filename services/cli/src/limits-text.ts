import type { LimitCommand, StandingLimit } from '@aitrader/application-recordings';
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

const commandText = ({ t, actor, reason }: LimitCommand): string => `${printable(actor)} after ${at(t)}: ${printable(reason)}`;

const valueText = (value: number | null): string =>
  value === null ? 'none' : value.toLocaleString('en-US', { maximumFractionDigits: 9 });

function byText({ configured, inForce, by, pending }: StandingLimit): string {
  const rests = inForce === configured ? '' : by === null ? 'since an earlier run' : commandText(by);
  if (pending === null) return rests;
  const recorded = `${valueText(pending.most)} is recorded, and risk has not decided by it yet (${commandText(pending.by)})`;
  return rests === '' ? recorded : `${rests}; ${recorded}`;
}
