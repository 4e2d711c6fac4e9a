import type { RawAnswer } from './raw-store.ts';
import { placeOf, refusalOf, saidIn } from './vendor-answer.ts';
import { quotedAnswer, VendorError } from './vendor-error.ts';

const VENDOR = 'alpaca';

/** The environment variables with Alpaca's keys. */
export const ALPACA_KEYS = ['APCA_API_KEY_ID', 'APCA_API_SECRET_KEY'] as const;

/** What an answer of Alpaca's that is no success means. */
export function alpacaRefusal(answer: RawAnswer, feed: string): VendorError {
  const said = saidIn(answer, 'message');
  const { status } = answer;
  const place = `${placeOf(answer.url)} answered ${status}: ${quotedAnswer(said)}`;
  if (status === 403 && said.includes('subscription'))
    return new VendorError(
      VENDOR,
      'plan',
      `the plan of these keys does not include what was asked for of feed ${feed}: sip and night bars of the last 15 minutes take a paid plan, so ask up to an earlier time, or for feed iex: ${place}`,
    );
  if (status === 401 || status === 403)
    return new VendorError(VENDOR, 'unauthorised', `does not accept the keys of ${ALPACA_KEYS.join(' and ')}: ${place}`);
  return refusalOf(VENDOR, answer, said) ?? new VendorError(VENDOR, 'refused', place);
}
