import { useEffect, useRef, useState } from 'react';

/** The value as it was at most `everyMs` ago: what is dear to draw is drawn less often than it changes. 0: as it is. */
export function useCalm<Value>(value: Value, everyMs: number): Value {
  const [calm, setCalm] = useState(value);
  const shownAt = useRef(0);
  useEffect(() => {
    const wait = Math.max(0, shownAt.current + everyMs - Date.now());
    const show = (): void => {
      shownAt.current = Date.now();
      setCalm(value);
    };
    if (wait === 0) return show();
    const timer = setTimeout(show, wait);
    return () => clearTimeout(timer);
  }, [value, everyMs]);
  return everyMs === 0 ? value : calm;
}

/** So many rows are sorted and searched at each change; of more, once in a while. */
const MANY_ROWS = 2_000;
const MANY_EVERY_MS = 1_000;
export const calmFor = (rows: number): number => (rows > MANY_ROWS ? MANY_EVERY_MS : 0);
