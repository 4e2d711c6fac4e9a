/** A request that the exchange refuses: the HTTP status, the vendor's code and words, and the figures it compared. */
export interface Refusal {
  readonly kind: 'refused';
  readonly status: 403 | 404 | 422;
  readonly code: number | undefined;
  readonly message: string;
  readonly figures: Readonly<Record<string, string | readonly string[]>>;
}

const refused =
  (status: Refusal['status'], code: number | undefined) =>
  (message: string, figures: Refusal['figures'] = {}): Refusal => ({ kind: 'refused', status, code, message, figures });

/** A parameter that is malformed. */
export const badParameter = refused(422, 40_010_001);
/** An order that has a shape, or is in a state, that does not allow it. */
export const badOrder = refused(422, 42_210_000);
/** Something that the account may not do now. */
export const forbidden = refused(403, 40_310_000);
/** Something that is not there. */
export const notFound = refused(404, 40_410_000);

export const isRefusal = (value: object): value is Refusal => 'kind' in value && value.kind === 'refused';
