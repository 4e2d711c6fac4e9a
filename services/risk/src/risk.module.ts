import { Module } from '@nestjs/common';
import { ConfigurationError, withKeys } from '@aitrader/runtime-configuration';
import { StageModule } from '@aitrader/runtime-service';
import { signerOf, type Signer } from '@aitrader/runtime-signing';
import { RiskController, SIGNER, newRisk } from './risk.controller.ts';

const KEY_VARIABLE = 'AITRADER_RISK_KEY';

/** Risk's key, which the environment holds or names. @throws ConfigurationError, SigningKeyError */
async function signerIn(environment: Readonly<Record<string, string | undefined>>): Promise<Signer> {
  const { [KEY_VARIABLE]: key } = await withKeys(environment, [KEY_VARIABLE]);
  if (key === undefined)
    throw new ConfigurationError('environment', [`${KEY_VARIABLE}: names the key that orders are signed with: file:, keyvault:`]);
  return signerOf(key, KEY_VARIABLE);
}

@Module({
  imports: [StageModule.of(newRisk)],
  controllers: [RiskController],
  providers: [{ provide: SIGNER, useFactory: () => signerIn(process.env) }],
  exports: [StageModule],
})
export class RiskModule {}
