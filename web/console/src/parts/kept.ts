import { useCallback, useSyncExternalStore } from 'react';

const CHANGED = 'aitrader-kept';

/** Something that this browser keeps for its user from one visit to the next, and that no other page is told. */
export function useKept(name: string, otherwise: string): readonly [string, (value: string) => void] {
  const key = `aitrader.${name}`;
  const value = useSyncExternalStore(
    useCallback((listener) => {
      window.addEventListener(CHANGED, listener);
      return () => window.removeEventListener(CHANGED, listener);
    }, []),
    () => localStorage.getItem(key) ?? otherwise,
  );
  const keep = useCallback(
    (next: string) => {
      localStorage.setItem(key, next);
      window.dispatchEvent(new Event(CHANGED));
    },
    [key],
  );
  return [value, keep];
}
