import { InvalidArgumentError, Option, type Command } from 'commander';
import { anchorSignerOf } from '@aitrader/application-proof';
import { homeOf, makeHome } from '@aitrader/application-supervision';
import { makeKeysApart, makeSigningKeys, readAnchorKeys, readTrustedKeys, type TrustedKeys } from '@aitrader/runtime-signing';
import { printJson, printText } from '../print.ts';
import { trustedFolder } from '../trusted-folder.ts';

type Actors = ReadonlyMap<string, string>;

interface KeysOptions {
  readonly apart: boolean;
  readonly program: Actors;
  readonly json: boolean;
}

export function addKeys(program: Command): void {
  program
    .command('keys')
    .summary('make the keys that orders and recordings are signed with, and show whose signatures count')
    .description(
      'Makes what is missing of the signing keys of this home: services that run by themselves need them before they start. Shows the public keys that are trusted, of risk, of each operator, and of who anchors recordings; no private key is ever printed. Where AITRADER_TRUSTED_KEYS names whose signatures count, nothing is made.',
    )
    .option('--apart', 'each private key in a folder of its own in keys, to be given to its program alone', false)
    .addOption(
      new Option('--program <name=actor>', 'with --apart: also a key for a program that commands as this actor; may be repeated')
        .argParser(actorOfProgram)
        .default(new Map<string, string>(), 'none'),
    )
    .option('--json', 'print one JSON document on standard output', false)
    .action(async ({ apart, program: actors, json }: KeysOptions) => {
      if (actors.size > 0 && !apart) throw new Error('--program is for --apart alone: in a home everybody finds every key');
      const home = homeOf(process.env);
      await makeKeys(home, apart, actors);
      const folder = trustedFolder(home);
      const { risk, operators } = readTrustedKeys(folder);
      const anchors = readAnchorKeys(folder);
      if (json) printJson({ folder, risk, operators: Object.fromEntries(operators), anchors });
      else for (const line of linesOf(folder, { risk, operators, anchors })) printText(line);
    });
}

async function makeKeys(home: string, apart: boolean, actors: Actors): Promise<void> {
  if (!apart && process.env['AITRADER_TRUSTED_KEYS'] !== undefined) return;
  makeHome(home);
  if (apart) return void (await makeKeysApart(home, actors));
  await makeSigningKeys(home);
  await anchorSignerOf(home);
}

/** @throws InvalidArgumentError for what is no pair, or names a program twice */
function actorOfProgram(text: string, before: Actors): Actors {
  const [, name, actor] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || actor === undefined) throw new InvalidArgumentError('must be a name and an actor: NAME=ACTOR');
  if (before.has(name) || ['risk', 'anchors', 'trusted', 'operators'].includes(name))
    throw new InvalidArgumentError(`${name} is the name of another folder of keys`);
  return new Map([...before, [name, actor]]);
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
