import type { JSX } from 'react';
import { useRun, useRunName } from '../stream/run-context.tsx';

/** Whether real money is at stake: said in words, and by the frame around every screen. */
export function Environment(): JSX.Element {
  const head = useRun((state) => state.head);
  const run = useRunName();
  const name = head === undefined ? '…' : head.isLive ? 'LIVE' : head.kind.toUpperCase();
  const words = head === undefined ? 'not known yet' : head.isLive ? 'real money' : 'no real money';
  return (
    <p className="environment">
      <strong className={head === undefined ? '' : head.isLive ? 'live' : 'paper'}>{name}</strong>{' '}
      <span className="words">{words}</span> <code className="run">{run}</code>
    </p>
  );
}
