/** A real Azurite for tests, installed when it is first wanted. */
export { startAzurite, type Azurite } from '../azurite.mjs';
