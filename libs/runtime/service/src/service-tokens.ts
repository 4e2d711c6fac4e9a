/** The winston logger of the process, for a constructor's `@Inject(LOGGER)`; so with the tokens below. */
export const LOGGER = Symbol('Logger');

/** {@link ServiceEnvironment}: what the process was told at its start. */
export const ENVIRONMENT = Symbol('ServiceEnvironment');

/** {@link ServiceName}: which of the services this process is; where a stage is, its name. */
export const STAGE = Symbol('StageName');

/** The connection to the bus; it is open before anything that asks for it is made. */
export const BUS = Symbol('Bus');

/** {@link RunningTelemetry}: to whom the process tells what it measures. */
export const TELEMETRY = Symbol('RunningTelemetry');
