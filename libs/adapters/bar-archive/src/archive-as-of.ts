import { ArchiveError } from './archive-error.ts';
import type { BarArchive } from './bar-archive.ts';
import type { ArchiveImport, Catalogue } from './catalogue.ts';

/*
 * An archive as it was before some of its imports.
 *
 * 1. An import counts from when the archive was told: that is when it came, or, of a recording, when the last of its bars became known,
 *    whenever it was imported.
 * 2. A part counts when all of its imports do.
 * 3. What cannot be told whole is refused.
 */

/** Up to which instant (epoch ms, included) the archive was told, or up to which version its parts count. */
export type AsOf = { readonly at: number } | { readonly version: number };

/** When the archive was told of an import's bars, epoch ms. */
export const toldAt = ({ at, known }: ArchiveImport): number => known?.to ?? at;

/**
 * An archive with what counts as of an instant or a version alone; versions are of bars, and corporate actions count with any.
 * @throws ArchiveError where some of its bars are kept with what does not count
 */
export function archiveAsOf(archive: BarArchive, asOf: AsOf): BarArchive {
  const { storage, catalogue } = archive;
  const then = 'at' in asOf ? toldUpTo(catalogue, asOf.at) : ofVersions(catalogue, asOf.version);
  requireWhole(storage.name, catalogue, then);
  return { ...archive, catalogue: then };
}

/** A bar of a recording that was there already, as it was fetched before, is stored with what was fetched alone. */
function requireWhole(name: string, { imports, parts }: Catalogue, then: Catalogue): void {
  const visible = new Set(then.parts);
  const hidden = new Set(parts.filter((part) => !visible.has(part)).flatMap((part) => part.imports));
  const part = then.imports.find(({ id, held }) => held > 0 && imports.some((other) => other.id < id && hidden.has(other.id)));
  if (part !== undefined)
    throw new ArchiveError(
      name,
      `cannot tell all that was known then: ${part.held} bars of ${part.name} were there before it was imported, and are kept with what came later. An archive into which it is imported first can`,
    );
}

function toldUpTo({ imports, parts, actions }: Catalogue, instant: number): Catalogue {
  const told = imports.filter((each) => toldAt(each) <= instant);
  const ids = new Set(told.map(({ id }) => id));
  return {
    imports: told,
    parts: parts.filter((part) => part.imports.every((id) => ids.has(id))),
    actions: actions.filter(({ at }) => at <= instant),
  };
}

function ofVersions(catalogue: Catalogue, version: number): Catalogue {
  const parts = catalogue.parts.filter((part) => part.version <= version);
  const ids = new Set(parts.flatMap((part) => part.imports));
  return { ...catalogue, parts, imports: catalogue.imports.filter(({ id }) => ids.has(id)) };
}
