import type { UseQueryResult } from '@tanstack/react-query';
import type { JSX, ReactNode } from 'react';

/** What was asked of the console, once it is there; until then, and where it is refused, words that say so. */
export function Asked<T>({
  query,
  waiting,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly waiting: string;
  readonly children: (answer: T) => ReactNode;
}): JSX.Element {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error !== null)
    return (
      <p className="empty" role="alert">
        {query.error.message}
      </p>
    );
  return (
    <p className="empty" role="status">
      {waiting}
    </p>
  );
}
