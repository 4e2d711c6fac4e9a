import { useNavigate, useSearch } from '@tanstack/react-router';

/** The state of a screen as its link says it: what is searched for, how it is sorted, what is open, and the time that is asked about. */
export interface ScreenSearch {
  readonly q?: string;
  /** a column; with a minus before it from large to small */
  readonly sort?: string;
  readonly row?: string;
  readonly tab?: string;
  readonly symbol?: string;
  readonly day?: string;
  readonly time?: string;
  /** a run, and the first and last date, that the past is told of */
  readonly of?: string;
  readonly from?: string;
  readonly to?: string;
  /** part of a configuration, as JSON, that a form is filled with */
  readonly config?: string;
}
const NAMES = ['q', 'sort', 'row', 'tab', 'symbol', 'day', 'time', 'of', 'from', 'to', 'config'] as const;

/** What of a link's search says something: each once, as text. */
export function screenSearch(given: Readonly<Record<string, unknown>>): ScreenSearch {
  const found = NAMES.flatMap((name) => {
    const value = given[name];
    return (typeof value === 'string' && value !== '') || typeof value === 'number' ? [[name, String(value)] as const] : [];
  });
  return Object.fromEntries(found);
}

export const useScreenSearch = (): ScreenSearch => useSearch({ strict: false });

/** Changes the state of the screen, and so its link. What is `undefined` is left out of it. */
export function useScreen(): (change: { readonly [Name in keyof ScreenSearch]?: string | undefined }) => void {
  const navigate = useNavigate();
  return (change) => {
    void navigate({
      to: '.',
      search: (before: ScreenSearch) => screenSearch({ ...before, ...change }),
      replace: true,
      resetScroll: false,
    });
  };
}
