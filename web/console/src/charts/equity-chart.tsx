import { useMemo, type JSX } from 'react';
import type { EquityRow } from '@aitrader/application-console';
import { useRun } from '../stream/run-context.tsx';
import { count, dollars, percent } from '../words/numbers.ts';
import { SeriesChart, type Line } from './series-chart.tsx';

const wholeDollars = (value: number): string => `$${count(value)}`;

/** Points that are drawn at the most: a screen has no more of them. */
const POINTS_MAX = 600;

/** The equity of each minute that is known, fewer where there are many. */
export function useEquity(): readonly EquityRow[] {
  const rows = useRun(({ tables }) => tables.equity);
  return useMemo(() => {
    const all = [...rows.byKey.values()].sort((a, b) => a.t - b.t);
    const each = Math.max(1, Math.ceil(all.length / POINTS_MAX));
    return all.filter((_, i) => i % each === 0 || i === all.length - 1);
  }, [rows]);
}

/** The account over time. */
export function EquityChart({ height, isSpark = false }: { readonly height: number; readonly isSpark?: boolean }): JSX.Element {
  const rows = useEquity();
  const times = useMemo(() => rows.map(({ t }) => t), [rows]);
  const lines = useMemo(
    (): readonly Line[] => [{ label: 'equity', values: rows.map(({ equity }) => equity), colour: 'accent', isFilled: true }],
    [rows],
  );
  const [first, last] = [rows[0], rows.at(-1)];
  const words =
    first === undefined || last === undefined
      ? 'Equity: nothing yet'
      : `Equity from ${dollars(first.equity)} to ${dollars(last.equity)}, drawdown ${percent(last.drawdown)} now`;
  if (rows.length < 2) return <p className="empty">Equity is drawn from the second interval on.</p>;
  return <SeriesChart words={words} times={times} lines={lines} height={height} format={wholeDollars} isSpark={isSpark} />;
}

/** The drawdown over time, against what halts. */
export function DrawdownChart({ height }: { readonly height: number }): JSX.Element {
  const rows = useEquity();
  const halt = useRun(({ account }) => account?.drawdownHalt ?? 0);
  const times = useMemo(() => rows.map(({ t }) => t), [rows]);
  const lines = useMemo(
    (): readonly Line[] => [
      { label: 'drawdown', values: rows.map(({ drawdown }) => -drawdown), colour: 'down', isFilled: true },
      { label: 'halts', values: rows.map(() => -halt), colour: 'bad', isDashed: true },
    ],
    [rows, halt],
  );
  if (rows.length < 2) return <p className="empty">The drawdown is drawn from the second interval on.</p>;
  const deepest = rows.reduce((max, { drawdown }) => Math.max(max, drawdown), 0);
  const words = `Drawdown, ${percent(deepest)} at its deepest; ${percent(halt)} halts`;
  return <SeriesChart words={words} times={times} lines={lines} height={height} format={(value) => percent(value)} />;
}
