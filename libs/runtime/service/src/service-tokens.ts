/** The winston logger of the process, for a constructor's `@Inject(LOGGER)`; so with the tokens below. */
export const LOGGER = Symbol('Logger');

/** {@link ServiceEnvironment}: what the process was told at its start. */
export const ENVIRONMENT = Symbol('ServiceEnvironment');

/** {@link StageName}: which of the stages this process is. */
export const STAGE = Symbol('StageName');

/** The connection to the bus; it is open before anything that asks for it is made. */
export const BUS = Symbol('Bus');
