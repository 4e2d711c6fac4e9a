import { readFile } from 'node:fs/promises';
import type { SecretClient, SecretClientOptions } from '@azure/keyvault-secrets';
import type { TokenCredential } from '@azure/identity';
import { ioProblem } from '@aitrader/runtime-storage';
import { ConfigurationError } from './configuration-error.ts';

/*
 * Keys that the environment names in place of holding them: a secret in an Azure Key Vault, or a file that a container mounts.
 *
 * 1. What a reference leads to is in no message, and nowhere but in what is returned.
 * 2. A token of Azure's is shown to a vault of Azure's alone.
 */

/** Keys of an account at Alpaca: its data and its trading take the same. */
export const ALPACA_KEY_VARIABLES = ['APCA_API_KEY_ID', 'APCA_API_SECRET_KEY'] as const;

const VAULT = 'keyvault:';
const FILE = 'file:';
const VAULT_HOST = /^[a-z0-9-]+\.vault\.(azure\.net|azure\.cn|usgovcloudapi\.net)$/;
const SECRET_PATH = /^\/secrets\/([A-Za-z0-9-]{1,127})(?:\/([0-9a-f]{32}))?\/?$/;
const EXAMPLE = `${VAULT}https://NAME.vault.azure.net/secrets/SECRET`;
const ANSWER_MS_MAX = 30_000;
/** No key is longer. */
const CHARACTERS_MAX = 4_096;

type Environment = Readonly<Record<string, string | undefined>>;

/** How a vault is asked, for tests; without it as Azure's identity library finds who asks: a managed identity in the cloud. */
export interface VaultAccess extends Pick<SecretClientOptions, 'httpClient' | 'retryOptions'> {
  readonly credential: TokenCredential;
}

/** Whether a value names a key in place of being one. */
const isKeyReference = (value: string | undefined): boolean =>
  value !== undefined && (value.startsWith(VAULT) || value.startsWith(FILE));

/** Whether one of these variables names a secret in a vault. */
export const needsVault = (env: Environment, names: readonly string[]): boolean =>
  names.some((name) => env[name]?.startsWith(VAULT) === true);

/**
 * An environment in which those of `names` that hold a reference hold what it leads to; others are as they were. `env` is left alone.
 * @throws ConfigurationError naming every variable whose reference leads nowhere, with its vault or file
 */
export async function withKeys(env: Environment, names: readonly string[], access?: VaultAccess): Promise<Environment> {
  const clients = new Map<string, Promise<SecretClient>>();
  const clientOf = (vault: string): Promise<SecretClient> => {
    const known = clients.get(vault) ?? openVault(vault, access);
    clients.set(vault, known);
    return known;
  };
  const problems: string[] = [];
  const found = await Promise.all(
    names.map(async (name): Promise<readonly [string, string][]> => {
      const reference = env[name]?.trim();
      if (reference === undefined || !isKeyReference(reference)) return [];
      try {
        return [[name, await resolved(reference, clientOf)]];
      } catch (error) {
        problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        return [];
      }
    }),
  );
  if (problems.length > 0) throw new ConfigurationError('environment', problems.sort());
  return { ...env, ...Object.fromEntries(found.flat()) };
}

async function resolved(reference: string, clientOf: (vault: string) => Promise<SecretClient>): Promise<string> {
  return reference.startsWith(FILE) ? inFile(reference.slice(FILE.length)) : inVault(reference.slice(VAULT.length), clientOf);
}

async function inFile(place: string): Promise<string> {
  if (!place.startsWith('/')) throw new Error(`a file is named by its whole path, such as ${FILE}/run/secrets/key`);
  let text: string;
  try {
    text = (await readFile(place, 'utf8')).trim();
  } catch (error) {
    throw new Error(`${place} ${ioProblem(error)}`, { cause: error });
  }
  return checked(text, place);
}

async function inVault(place: string, clientOf: (vault: string) => Promise<SecretClient>): Promise<string> {
  const url = URL.canParse(place) ? new URL(place) : undefined;
  const [, secret, version] = SECRET_PATH.exec(url?.pathname ?? '') ?? [];
  const isVault = url?.protocol === 'https:' && VAULT_HOST.test(url.host) && url.username === '' && url.search === '';
  if (url === undefined || secret === undefined || !isVault) throw new Error(`a secret in a vault is named as in ${EXAMPLE}`);
  let value: string | undefined;
  try {
    const client = await clientOf(url.origin);
    const abortSignal = AbortSignal.timeout(ANSWER_MS_MAX);
    ({ value } = await client.getSecret(secret, { abortSignal, ...(version === undefined ? {} : { version }) }));
  } catch (error) {
    throw new Error(`${url.origin}: ${vaultProblem(error, secret)}`, { cause: error });
  }
  return checked(value ?? '', `${secret} in ${url.origin}`);
}

function checked(value: string, place: string): string {
  if (value === '') throw new Error(`${place} is empty`);
  if (value.length > CHARACTERS_MAX) throw new Error(`${place} is longer than any key`);
  if (isKeyReference(value)) throw new Error(`${place} holds another reference, and no key`);
  return value;
}

/** The library is loaded where a reference asks for it. */
async function openVault(vault: string, access: VaultAccess | undefined): Promise<SecretClient> {
  const { SecretClient: Client } = await import('@azure/keyvault-secrets');
  if (access !== undefined) {
    const { credential, ...options } = access;
    return new Client(vault, credential, options);
  }
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new Client(vault, new DefaultAzureCredential());
}

const FORBIDDEN = 403;
const NOT_FOUND = 404;
const UNAUTHORISED = 401;

/** What kept a vault from answering, in words of ours: those of libraries may quote what they were given. */
function vaultProblem(error: unknown, secret: string): string {
  const status: unknown = fieldOf(error, 'statusCode');
  if (status === NOT_FOUND) return `it has no secret ${secret}, or not in this version`;
  if (status === FORBIDDEN) return `who asks may not read ${secret}: give the identity the role "Key Vault Secrets User"`;
  if (status === UNAUTHORISED) return 'it does not know who asks';
  if (typeof status === 'number') return `it answered ${status}`;
  const name = String(fieldOf(error, 'name'));
  if (/Credential|Authentication/.test(name))
    return 'no identity was found to ask with: a managed identity, AZURE_CLIENT_ID with AZURE_TENANT_ID and AZURE_CLIENT_SECRET, or "az login"';
  const code: unknown = fieldOf(error, 'code');
  return `it does not answer (${typeof code === 'string' ? code : name})`;
}

const fieldOf = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
