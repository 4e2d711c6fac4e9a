import { ArchiveError } from './archive-error.ts';
import type { BarArchive } from './bar-archive.ts';
import type { ArchiveImport, ArchivePart, Catalogue } from './catalogue.ts';

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

function toldUpTo(catalogue: Catalogue, instant: number): Catalogue {
  const told = catalogue.imports.filter((each) => toldAt(each) <= instant);
  const ids = new Set(told.map(({ id }) => id));
  return {
    imports: told,
    ...withParts(catalogue, (part) => part.imports.every((id) => ids.has(id))),
    actions: catalogue.actions.filter(({ at }) => at <= instant),
  };
}

function ofVersions(catalogue: Catalogue, version: number): Catalogue {
  const seen = withParts(catalogue, (part) => part.version <= version);
  const ids = new Set(seen.parts.flatMap((part) => part.imports));
  return { ...catalogue, ...seen, imports: catalogue.imports.filter(({ id }) => ids.has(id)) };
}

/** Some of the parts, and of those that were joined what stands for these alone. */
function withParts({ parts, joined }: Catalogue, isSeen: (part: ArchivePart) => boolean): Pick<Catalogue, 'parts' | 'joined'> {
  const places = new Map<number, number>();
  const seen = parts.filter((part, at) => isSeen(part) && places.set(at, places.size));
  const whole = joined.filter(({ of }) => of.every((at) => places.has(at)));
  return { parts: seen, joined: whole.map((part) => ({ ...part, of: part.of.flatMap((at) => places.get(at) ?? []) })) };
}
