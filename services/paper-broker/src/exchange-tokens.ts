/** What the module's parts are given by name. */
export const ENVIRONMENT = Symbol('environment');
export const LOGGER = Symbol('logger');
