import { ArchiveError } from './archive-error.ts';
import { blobAddress } from './blob-address.ts';
import { containerOf, downloaded, inContainer, isLost, isMissing, problemOf, tagIn, type Environment } from './blob-container.ts';

/** Files that are kept under their names, each told from another version of it by a tag. */
export interface KeptFiles {
  /** how messages name the place */
  readonly name: string;
  /** what is there, with its tag. @throws ArchiveError */
  readonly list: () => Promise<ReadonlyMap<string, string>>;
  /** a file as it is now; undefined where there is none. @throws ArchiveError */
  readonly read: (name: string) => Promise<{ readonly bytes: Uint8Array; readonly tag: string } | undefined>;
  /** stores a file over the version of that tag, or where there is none. Returns its tag; undefined where another version is there. @throws ArchiveError */
  readonly put: (name: string, bytes: Uint8Array, over: string | undefined) => Promise<string | undefined>;
}

/** A tag without its quotes, which a list leaves out and an answer does not. */
const bare = (tag: string): string => tag.replaceAll('"', '');

/**
 * Files in a container of Azure Blob storage, `azure://account/container[/prefix]`. That none is replaced unseen is a condition of each upload.
 * @throws ArchiveError for an address that is none, and where nothing says who may use it
 */
export async function keptBlobs(address: string, env: Environment = process.env): Promise<KeptFiles> {
  const { prefix, ...place } = blobAddress(address);
  const container = await containerOf({ ...place, prefix }, address, env);
  const head = prefix === '' ? '' : `${prefix}/`;
  const tried = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw new ArchiveError(name === '' ? address : `${address}/${name}`, problemOf(cause), { cause });
    }
  };
  const unlessMissing = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      throw cause;
    }
  };
  return {
    name: address,
    list: () =>
      tried('', async () => {
        const found = new Map<string, string>();
        await unlessMissing(async () => {
          for await (const { name, properties } of container.listBlobsFlat({ prefix: head }))
            found.set(name.slice(head.length), bare(tagIn(properties)));
        });
        return found;
      }),
    read: (name) =>
      tried(name, () =>
        unlessMissing(async () => {
          const { bytes, tag } = await downloaded(container.getBlockBlobClient(`${head}${name}`));
          return { bytes, tag: bare(tag) };
        }),
      ),
    put: (name, bytes, over) =>
      tried(name, async () => {
        const conditions = over === undefined ? { ifNoneMatch: '*' } : { ifMatch: `"${over}"` };
        const upload = () =>
          container.getBlockBlobClient(`${head}${name}`).upload(Buffer.from(bytes), bytes.byteLength, { conditions });
        try {
          return bare(tagIn(await inContainer(container, upload)));
        } catch (cause) {
          if (isLost(cause)) return undefined;
          throw cause;
        }
      }),
  };
}
