import { commandStatement, exitStatement, orderStatement, type DecidedIn } from '@aitrader/contracts';
import type { Control, Order, OrderExit } from '@aitrader/model';
import { isSignedBy, type Signer } from './ed25519.ts';
import type { TrustedKeys } from './trusted-keys.ts';

/*
 * Signatures travel in a message's headers, beside the fact and outside it: so the same facts have the same digest under any key.
 */

/** `<public key>.<signature>`, a signature for each order of the message, in their order, and then for each that is to be left. */
export const SIGNATURE_HEADER = 'Aitrader-Signature';
/** The sequence up to which all was known to who signed. */
export const SEQUENCE_HEADER = 'Aitrader-Sequence';

/** Reads a header of a message: empty when there is none. */
export type HeaderOf = (name: string) => string;

/** What execution acts on of what risk says. */
export interface Decided {
  readonly orders: readonly Order[];
  readonly exits: readonly OrderExit[];
}

/** Whether there is anything to be acted on. */
export const isActedOn = ({ orders, exits }: Decided): boolean => orders.length + exits.length > 0;

/** What is signed of a decision, with the order that it is about. */
const statementsOf = (decided: DecidedIn, { orders, exits }: Decided) => [
  ...orders.map((order) => ({ id: order.id, statement: orderStatement(decided, order) })),
  ...exits.map((exit) => ({ id: exit.orderId, statement: exitStatement(decided, exit) })),
];

/** Headers of a message of risk's that says this, decided in `decided`. */
export const signOrders = (signer: Signer, decided: DecidedIn, said: Decided): Readonly<Record<string, string>> => ({
  [SIGNATURE_HEADER]: [signer.publicKey, ...statementsOf(decided, said).map(({ statement }) => signer.sign(statement))].join('.'),
  [SEQUENCE_HEADER]: String(decided.seq),
});

/** Why the orders and exits of a message are not risk's; undefined when each of them is. Where there is none, nothing has to be signed. */
export function whyNotRisks(
  { risk }: TrustedKeys,
  run: Omit<DecidedIn, 'seq'>,
  said: Decided,
  header: HeaderOf,
): string | undefined {
  if (!isActedOn(said)) return undefined;
  const statements = statementsOf({ ...run, seq: Number(header(SEQUENCE_HEADER)) }, said);
  const [publicKey = '', ...signatures] = header(SIGNATURE_HEADER).split('.');
  if (publicKey === '') return `${statements.map(({ id }) => id).join(', ')} not signed`;
  if (!risk.includes(publicKey)) return `signed by ${publicKey}, which is no key of risk's here`;
  if (signatures.length !== statements.length) return `${signatures.length} signatures for ${statements.length} orders and exits`;
  const wrong = statements.filter(({ statement }, i) => !isSignedBy(publicKey, statement, signatures[i] ?? ''));
  return wrong.length === 0
    ? undefined
    : `the signature of ${wrong.map(({ id }) => id).join(', ')} is not that of this order, run, mode and configuration`;
}

/** Headers of an operator's command, as it is recorded under `id`. */
export const signCommand = (signer: Signer, run: string, id: string, control: string): Readonly<Record<string, string>> => ({
  [SIGNATURE_HEADER]: `${signer.publicKey}.${signer.sign(commandStatement(run, id, control))}`,
});

/** Why a command is not its actor's; undefined when it is. */
export function whyNotActors(
  { operators }: TrustedKeys,
  { run, id, control, text }: { readonly run: string; readonly id: string; readonly control: Control; readonly text: string },
  header: HeaderOf,
): string | undefined {
  const [publicKey = '', signature = ''] = header(SIGNATURE_HEADER).split('.');
  const what = `${control.kind} of ${control.actor}`;
  if (publicKey === '') return `${what} is not signed`;
  if (operators.get(control.actor)?.includes(publicKey) !== true)
    return `${what} is signed by ${publicKey}, which is no key of ${control.actor} here`;
  return isSignedBy(publicKey, commandStatement(run, id, text), signature)
    ? undefined
    : `the signature of ${what} is not that of this command and run`;
}
