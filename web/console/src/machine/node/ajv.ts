import { Validator, type Schema } from '@cfworker/json-schema';

/*
 * What contracts take of ajv, where no code may be made of text: a page lets none in, and ajv compiles its schemas so. This one reads them as
 * they stand, and says less of what is wrong.
 */

export interface ErrorObject {
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message: string;
  readonly data: unknown;
}
export interface ValidateFunction {
  (data: unknown): boolean;
  errors?: readonly ErrorObject[] | null;
}

export class Ajv {
  compile(schema: Schema): ValidateFunction {
    const validator = new Validator(schema, '2020-12', true);
    const check: ValidateFunction = (data) => {
      const { valid, errors } = validator.validate(data);
      check.errors = valid
        ? null
        : errors.map(({ instanceLocation, error }) => ({
            instancePath: instanceLocation.slice(1),
            ...{ params: {}, message: error, data: undefined },
          }));
      return valid;
    };
    return check;
  }
}
