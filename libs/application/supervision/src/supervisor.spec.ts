import { describe, expect, it } from '@jest/globals';
import { ALPACA_PAPER, PAPER_EXCHANGE, SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { brokerKeys } from './supervisor.ts';

describe('what execution is handed of the keys', () => {
  const env = {
    ...{ APCA_API_KEY_ID: 'a', APCA_API_SECRET_KEY: 'b', FINNHUB_API_KEY: 'c' },
    ...{ AZURE_CLIENT_SECRET: 'd', AZURE_STORAGE_CONNECTION_STRING: 'e' },
  };
  const at = (broker: typeof ALPACA_PAPER | null, more = {}, namesBroker = false) =>
    brokerKeys({ config: { ...SIMULATED_DEFAULTS, broker } }, { ...env, ...more }, namesBroker);

  it('is those of its account, and where they are in a vault, what says who asks for them', () => {
    expect(at(ALPACA_PAPER)).toEqual({ APCA_API_KEY_ID: 'a', APCA_API_SECRET_KEY: 'b' });
    const reference = 'keyvault:https://name.vault.azure.net/secrets/key';
    expect(at(ALPACA_PAPER, { APCA_API_SECRET_KEY: reference })).toEqual({
      ...{ APCA_API_KEY_ID: 'a', APCA_API_SECRET_KEY: reference },
      ...{ AZURE_CLIENT_SECRET: 'd', AZURE_FEDERATED_TOKEN_FILE: undefined },
    });
  });

  it('is those of a paper exchange that somebody names: it may have been told which to take', () => {
    expect(at(PAPER_EXCHANGE, {}, true)).toEqual({ APCA_API_KEY_ID: 'a', APCA_API_SECRET_KEY: 'b' });
  });

  it('is nothing with a paper exchange of the run or the simulated broker', () => {
    expect(at(PAPER_EXCHANGE)).toEqual({});
    expect(at(null)).toEqual({});
  });
});
