import { ArchiveError } from './archive-error.ts';
import { blobAddress } from './blob-address.ts';
import { containerOf, downloaded, inContainer, isLost, isMissing, problemOf, type Environment } from './blob-container.ts';

/** Texts that are stored once under a name and never replaced. */
export interface WriteOnceTexts {
  /** how messages name the place */
  readonly name: string;
  /** the names that begin so, in order. @throws ArchiveError */
  readonly names: (prefix: string) => Promise<readonly string[]>;
  /** the text of a name; undefined where there is none. @throws ArchiveError */
  readonly read: (name: string) => Promise<string | undefined>;
  /** stores a text, whole or not at all, unless there is one of that name. Returns whether it did. @throws ArchiveError */
  readonly put: (name: string, text: string) => Promise<boolean>;
}

const TEXT_TYPE = 'application/json';

/**
 * Texts in a container of Azure Blob storage, `azure://account/container[/prefix]`. That one is never replaced is a condition of each upload; that nobody else
 * replaces or deletes one is for the container's immutability policy. @throws ArchiveError for an address that is none, and where nothing says who may use it
 */
export async function writeOnceBlobs(address: string, env: Environment = process.env): Promise<WriteOnceTexts> {
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
  return {
    name: address,
    names: (begin) =>
      tried('', async () => {
        const found: string[] = [];
        try {
          for await (const { name } of container.listBlobsFlat({ prefix: `${head}${begin}` }))
            found.push(name.slice(head.length));
        } catch (cause) {
          if (!isMissing(cause)) throw cause;
        }
        return found.sort((a, b) => (a < b ? -1 : 1));
      }),
    read: (name) =>
      tried(name, async () => {
        try {
          return (await downloaded(container.getBlockBlobClient(`${head}${name}`))).bytes.toString('utf8');
        } catch (cause) {
          if (isMissing(cause)) return undefined;
          throw cause;
        }
      }),
    put: (name, text) =>
      tried(name, async () => {
        const bytes = Buffer.from(text);
        const options = { conditions: { ifNoneMatch: '*' }, blobHTTPHeaders: { blobContentType: TEXT_TYPE } };
        try {
          await inContainer(container, () => container.getBlockBlobClient(`${head}${name}`).upload(bytes, bytes.length, options));
          return true;
        } catch (cause) {
          if (isLost(cause)) return false;
          throw cause;
        }
      }),
  };
}
