import { useParams } from '@tanstack/react-router';

/** A part of the screen's address; empty on a screen whose address has none. */
export function useParam(name: 'run' | 'symbol' | 'runbook' | 'sweep'): string {
  const params: unknown = useParams({ strict: false });
  if (typeof params !== 'object' || params === null || !(name in params)) return '';
  const value: unknown = Object.entries(params).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : '';
}
