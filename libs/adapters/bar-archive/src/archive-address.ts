import type { ArchiveStorage } from './archive-storage.ts';
import { isBlobAddress } from './blob-address.ts';
import { blobStorage } from './blob-storage.ts';
import { folderStorage, isArchiveFolder } from './folder-storage.ts';

/** The archive of an address: a folder of this machine, or `azure://account/container[/prefix]`. @throws ArchiveError */
export async function archiveStorage(address: string): Promise<ArchiveStorage> {
  return isBlobAddress(address) ? blobStorage(address) : folderStorage(address);
}

/** Whether an address is that of an archive: in Blob storage, all are; a folder is one that has a catalogue. */
export const isArchive = (address: string): boolean => isBlobAddress(address) || isArchiveFolder(address);
