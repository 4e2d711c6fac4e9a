import type { Command } from 'commander';
import { anchorSignerOf } from '@aitrader/application-proof';
import { homeOf, makeHome } from '@aitrader/application-supervision';
import { readAnchorKeys, makeSigningKeys, readTrustedKeys, type TrustedKeys } from '@aitrader/runtime-signing';
import { printJson, printText } from '../print.ts';

export function addKeys(program: Command): void {
  program
    .command('keys')
    .summary('make the keys that orders and recordings are signed with, and show whose signatures count')
    .description(
      'Makes what is missing of the signing keys of this home: services that run by themselves need them before they start. Shows the public keys that are trusted, of risk, of each operator, and of who anchors recordings; no private key is ever printed.',
    )
    .option('--json', 'print one JSON document on standard output', false)
    .action(async ({ json }: { json: boolean }) => {
      const home = homeOf(process.env);
      makeHome(home);
      const { trusted: folder } = await makeSigningKeys(home);
      await anchorSignerOf(home);
      const { risk, operators } = readTrustedKeys(folder);
      const anchors = readAnchorKeys(folder);
      if (json) printJson({ folder, risk, operators: Object.fromEntries(operators), anchors });
      else for (const line of linesOf(folder, { risk, operators, anchors })) printText(line);
    });
}

const linesOf = (
  folder: string,
  { risk, operators, anchors }: TrustedKeys & { readonly anchors: readonly string[] },
): readonly string[] => [
  `trusted  ${folder}`,
  ...risk.map((key) => `  ${key}  risk: signs orders`),
  ...anchors.map((key) => `  ${key}  anchors: signs what was recorded`),
  ...[...operators].flatMap(([name, keys]) => keys.map((key) => `  ${key}  ${name}: signs commands`)),
];
