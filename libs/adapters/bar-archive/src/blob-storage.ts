import { ArchiveError } from './archive-error.ts';
import { tooShort, type ArchiveStorage, type StoredCatalogue } from './archive-storage.ts';
import { blobAddress } from './blob-address.ts';
import {
  containerOf,
  downloaded,
  inContainer,
  isLost,
  isMissing,
  problemOf,
  statusOf,
  tagIn,
  type BlockBlob,
  type Environment,
} from './blob-container.ts';
import { CATALOGUE_NAME } from './catalogue.ts';

const CATALOGUE_TYPE = 'application/json';
const PART_TYPE = 'application/vnd.apache.parquet';

/**
 * An archive in a container of Azure Blob storage, `azure://account/container[/prefix]`. A catalogue is told from another version by its
 * entity tag, so that of two importers one is refused by the service itself. The container is made when something is stored.
 * @throws ArchiveError for an address that is none, and where nothing says who may use it
 */
export async function blobStorage(address: string, env: Environment = process.env): Promise<ArchiveStorage> {
  const place = blobAddress(address);
  const container = await containerOf(place, address, env);
  const blob = (name: string) => container.getBlockBlobClient(place.prefix === '' ? name : `${place.prefix}/${name}`);
  /** @throws ArchiveError for what cannot be mended by waiting */
  const tried = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof ArchiveError) throw cause;
      throw new ArchiveError(name === '' ? address : `${address}/${name}`, problemOf(cause), { cause });
    }
  };
  const catalogue = (): Promise<StoredCatalogue | undefined> => tried('', () => readCatalogue(blob(CATALOGUE_NAME)));
  return {
    name: address,
    catalogue,
    replaceCatalogue: (text, tag) =>
      tried('', async () => {
        const bytes = Buffer.from(text);
        const upload = () =>
          blob(CATALOGUE_NAME).upload(bytes, bytes.length, {
            conditions: tag === undefined ? { ifNoneMatch: '*' } : { ifMatch: tag },
            blobHTTPHeaders: { blobContentType: CATALOGUE_TYPE },
          });
        try {
          return tagIn(await inContainer(container, upload));
        } catch (cause) {
          if (!isLost(cause)) throw cause;
          // A try whose answer was lost may have been the one that counts: the next one finds its own catalogue.
          const now = await catalogue();
          if (now?.text === text) return now.tag;
          throw new ArchiveError(
            address,
            'was changed by another import meanwhile: run this one again, it goes on where it was',
            { cause },
          );
        }
      }),
    read: (name, start, end) =>
      tried(name, async () => {
        const place = `${address}/${name}`;
        if (start === end) return new Uint8Array(0);
        try {
          const { bytes } = await downloaded(blob(name), start, end - start);
          if (bytes.length < end - start) throw new ArchiveError(place, tooShort(end));
          return bytes;
        } catch (cause) {
          if (isMissing(cause)) throw new ArchiveError(place, "which the archive's catalogue names, does not exist", { cause });
          throw statusOf(cause) === NOTHING_THERE ? new ArchiveError(place, tooShort(end), { cause }) : cause;
        }
      }),
    put: (name, bytes) =>
      tried(name, () =>
        inContainer(container, async () => {
          await blob(name).upload(bytes, bytes.length, { blobHTTPHeaders: { blobContentType: PART_TYPE } });
        }),
      ),
  };
}

async function readCatalogue(blob: BlockBlob): Promise<StoredCatalogue | undefined> {
  try {
    const { bytes, tag } = await downloaded(blob);
    return { text: bytes.toString('utf8'), tag };
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

/** The status of a range that begins behind the end of a blob. */
const NOTHING_THERE = 416;
