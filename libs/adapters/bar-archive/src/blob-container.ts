import type { ContainerClient, RestError } from '@azure/storage-blob';
import { ArchiveError } from './archive-error.ts';
import type { BlobAddress } from './blob-address.ts';

/*
 * A container of Azure Blob storage, for whatever is kept in one: who may use it, how often is tried, and what went wrong in words.
 */

/** The variable that says an account's key; without it, whoever is signed in counts. Never printed. */
export const CONNECTION_STRING_VARIABLE = 'AZURE_STORAGE_CONNECTION_STRING';
const SIGN_IN = `set ${CONNECTION_STRING_VARIABLE}, or sign in as Azure's identity library finds it: a managed identity, AZURE_CLIENT_ID with AZURE_TENANT_ID and AZURE_CLIENT_SECRET, or "az login"`;
/** A try is given up after this, and tried again: most parts are a few megabytes. */
const TRY_MS_MAX = 60_000;
const TRIES_MAX = 4;
/** Before the second try; twice as long before each one after it. */
const RETRY_MS = 500;

/** Variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A blob of a container. */
export type BlockBlob = ReturnType<ContainerClient['getBlockBlobClient']>;

/** Bytes of a blob, all unless a number is given, and its entity tag, in one request; one that is cut off goes on where it was. */
export async function downloaded(
  blob: BlockBlob,
  start = 0,
  count?: number,
): Promise<{ readonly bytes: Buffer; readonly tag: string }> {
  const answer = await blob.download(start, count, { maxRetryRequests: TRIES_MAX });
  const { readableStreamBody } = answer;
  const pieces: Buffer[] = [];
  for await (const piece of readableStreamBody ?? []) pieces.push(Buffer.from(piece));
  return { bytes: Buffer.concat(pieces), tag: tagIn(answer) };
}

/** An entity tag, without which two versions could not be told apart. */
export function tagIn({ etag }: { readonly etag?: string }): string {
  if (etag === undefined || etag === '') throw new Error('the service answered without an entity tag');
  return etag;
}

/** Does something in a container, which is made first where there is none. */
export async function inContainer<T>(container: ContainerClient, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (codeOf(cause) !== 'ContainerNotFound') throw cause;
    await container.createIfNotExists();
    return work();
  }
}

/** The libraries are large, and loaded only for archives that lie there. */
export async function containerOf(
  { account, container }: BlobAddress,
  address: string,
  env: Environment,
): Promise<ContainerClient> {
  const { BlobServiceClient } = await import('@azure/storage-blob');
  const options = { retryOptions: { maxTries: TRIES_MAX, tryTimeoutInMs: TRY_MS_MAX, retryDelayInMs: RETRY_MS } };
  const said = env[CONNECTION_STRING_VARIABLE];
  if (said === undefined || said === '') {
    const { DefaultAzureCredential } = await import('@azure/identity');
    const url = `https://${account}.blob.core.windows.net`;
    return new BlobServiceClient(url, new DefaultAzureCredential(), options).getContainerClient(container);
  }
  const service = serviceSaid(() => BlobServiceClient.fromConnectionString(said, options), address);
  if (service.accountName !== account)
    throw new ArchiveError(address, `is of the account ${account}, and ${CONNECTION_STRING_VARIABLE} of ${service.accountName}`);
  return service.getContainerClient(container);
}

/** What the library says of a connection string may hold a part of it, which is a secret. */
function serviceSaid<T>(make: () => T, address: string): T {
  try {
    return make();
  } catch {
    throw new ArchiveError(
      address,
      `cannot be opened: ${CONNECTION_STRING_VARIABLE} is no connection string of a storage account`,
    );
  }
}

const isRest = (error: unknown): error is RestError => error instanceof Error && error.name === 'RestError';
const codeOf = (error: unknown): string | undefined => (isRest(error) ? error.code : undefined);
export const statusOf = (error: unknown): number | undefined => (isRest(error) ? error.statusCode : undefined);
/** There is no such blob, or no such container. */
export const isMissing = (error: unknown): boolean => statusOf(error) === 404;
/** Another writer's catalogue is there, or appeared while this one was written. */
export const isLost = (error: unknown): boolean => statusOf(error) === 412 || statusOf(error) === 409;

/** What went wrong, without what the library prints beside it: requests with their headers. */
export function problemOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'CredentialUnavailableError' || name === 'AggregateAuthenticationError' || name === 'AuthenticationError')
    return `needs to know who asks: ${SIGN_IN}`;
  const [status, code = ''] = [statusOf(error), codeOf(error)];
  if (status === 401 || status === 403)
    return `is refused by the account (${code}): is ${CONNECTION_STRING_VARIABLE} of this account, or may whoever is signed in use its blobs (Storage Blob Data Contributor; Reader to read)?`;
  if (status === 404) return `does not exist (${code})`;
  if (status !== undefined) return `cannot be used: the service answers ${status} ${code}`.trimEnd();
  if (code !== '') return `cannot be reached (${code})`;
  return `cannot be used: ${error instanceof Error ? error.message : String(error)}`;
}
