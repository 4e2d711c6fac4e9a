import { ArchiveError } from './archive-error.ts';

/** Where an archive lies in Azure Blob storage. */
export interface BlobAddress {
  readonly account: string;
  readonly container: string;
  /** names of blobs begin with it and a slash; empty: they are in the container itself */
  readonly prefix: string;
}

const SCHEME = 'azure://';
const ACCOUNT = /^[a-z0-9]{3,24}$/;
const CONTAINER = /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;
const SEGMENT = /^[\w.-]+$/;

/** Whether an archive's address is one of Blob storage. */
export const isBlobAddress = (text: string): boolean => text.startsWith(SCHEME);

/** @throws ArchiveError for anything but `azure://account/container[/prefix]` */
export function blobAddress(text: string): BlobAddress {
  const [account = '', container = '', ...segments] = text.slice(SCHEME.length).replace(/\/$/, '').split('/');
  const problem = problemOf(account, container, segments);
  if (!isBlobAddress(text) || problem !== undefined)
    throw new ArchiveError(text, `is no address of an archive, which is azure://account/container[/prefix]: ${problem ?? ''}`);
  return { account, container, prefix: segments.join('/') };
}

function problemOf(account: string, container: string, segments: readonly string[]): string | undefined {
  if (!ACCOUNT.test(account)) return 'an account has 3 to 24 small letters and digits';
  if (!CONTAINER.test(container)) return 'a container has 3 to 63 small letters and digits, with single dashes between them';
  const wrong = segments.find((segment) => !SEGMENT.test(segment) || /^\.+$/.test(segment));
  return wrong === undefined ? undefined : `"${wrong}" is no part of a prefix`;
}
