import type { JSX } from 'react';
import { When } from '../parts/when.tsx';
import { useRun } from '../stream/run-context.tsx';
import { MODE_WORDS, causeOf, type Mode } from '../words/standing.ts';

const TONES: Readonly<Record<Mode, string>> = { active: 'good', 'reduce-only': 'warn', halted: 'bad' };
const SIGNS: Readonly<Record<Mode, string>> = { active: '▶', 'reduce-only': '◧', halted: '■' };

/** Whether the run may enter positions; and where it may not, since when, by whom, and why. */
export function TradingMode(): JSX.Element {
  const mode = useRun(({ account }) => account?.mode);
  const halts = useRun(({ tables }) => tables.halts);
  if (mode === undefined) return <p className="mode">…</p>;
  const cause = mode === 'active' ? undefined : causeOf(halts.byKey.values());
  return (
    <p className="mode">
      <strong className={`badge tone-${TONES[mode]}`}>
        <span aria-hidden="true">{SIGNS[mode]}</span> {MODE_WORDS[mode]}
      </strong>
      {cause !== undefined && (
        <span className="cause">
          since <When t={cause.t} /> by {cause.by === '' ? 'risk' : cause.by}
          {cause.reason === '' ? '' : `: ${cause.reason}`}
        </span>
      )}
    </p>
  );
}
