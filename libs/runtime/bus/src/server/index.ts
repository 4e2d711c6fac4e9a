export { locateNatsServer, NatsServerMissing, type NatsBinary, type LocateOptions } from './locate.ts';
export { NATS_VERSION_MIN, NatsServerTooOld, isRecentEnough } from './nats-version.ts';
export {
  connectOrStart,
  startNatsServer,
  NatsStoreInUse,
  type ConnectOrStartOptions,
  type StartOptions,
} from './connect-or-start.ts';
export { NatsPortInUse, NatsServerFailed } from './launch.ts';
export { RESTARTS_MAX, RESTART_WINDOW_MS, type ManagedNatsServer, type ServerExit, type ServerOrigin } from './managed-server.ts';
export { MAX_PAYLOAD_BYTES } from './server-files.ts';
export { NatsUnusable, probeServer, type ServerAnswer } from './probe.client.ts';
export { connectionOptionsOf, withoutSecrets } from './nats-url.ts';
export {
  accessOf,
  busVariables,
  optionsOf,
  recordingsApiOf,
  tlsIn,
  type BusAccess,
  type BusServer,
  type BusTls,
} from './access.ts';
export { busIdentities, busKeyFile, keysApart, type BusIdentities } from './bus-keys.ts';
export { renderAccounts } from './accounts-config.ts';
export { isStoreFull, storeFault } from './store-full.ts';
export { withLock } from './home-lock.ts';
export { childHandle, commandLineOf, endProcess, foreignHandle, isAlive, type ProcessHandle } from './process-handle.ts';
export { executablesOnPath } from './executable-path.ts';
