/** What the modules of the console are given. */
export const ENVIRONMENT = Symbol('ConsoleEnvironment');
export const HOME = Symbol('OpenHome');
export const LOGGER = Symbol('Logger');
export const TELEMETRY = Symbol('RunningTelemetry');
/** How people come in by OpenID Connect; undefined where they do not. */
export const OPEN_ID = Symbol('OpenId');
