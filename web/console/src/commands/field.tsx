import type { JSX } from 'react';
import { FieldError, Input, Label, TextField } from 'react-aria-components';

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isRequired?: boolean;
  /** a decimal number above zero */
  readonly isDecimal?: boolean;
}

const DECIMAL = '[0-9]{1,12}(\\.[0-9]{1,9})?';

/** A field with its label, and what is wrong with what is typed. */
export const Field = ({ label, name, value, onChange, isRequired = false, isDecimal = false }: FieldProps): JSX.Element => (
  <TextField
    name={name}
    value={value}
    onChange={onChange}
    isRequired={isRequired}
    {...(isDecimal ? { pattern: DECIMAL, inputMode: 'decimal' as const } : {})}
  >
    <Label>{label}</Label>
    <Input autoComplete="off" spellCheck={false} />
    <FieldError />
  </TextField>
);
