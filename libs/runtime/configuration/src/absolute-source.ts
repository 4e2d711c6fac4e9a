import path from 'node:path';
import type { BarSourceSpec, LiveSourceSpec } from './service-environment.ts';

/** The same source by paths that hold in every folder of this machine. */
export function absoluteSource<Source extends BarSourceSpec | LiveSourceSpec>(source: Source): Source {
  if (source.kind === 'synthetic') return source;
  const parameters = source.parameters === undefined ? {} : { parameters: path.resolve(source.parameters) };
  const folder = source.kind === 'archive' ? { path: resolved(source.path) } : {};
  const paths = source.kind === 'files' ? { paths: source.paths.map((file) => path.resolve(file)) } : {};
  const actions = 'actions' in source && source.actions !== undefined ? { actions: resolved(source.actions) } : {};
  return { ...source, ...paths, ...folder, ...parameters, ...actions };
}

/** A path of this machine in full; an address in Blob storage as it is. */
const resolved = (place: string): string => (place.includes('://') ? place : path.resolve(place));
