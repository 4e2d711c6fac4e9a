import { Column, DefaultNamingStrategy, PrimaryColumn, type ColumnOptions } from 'typeorm';

/*
 * The kinds of column that tables are made of. Money, prices and quantities stay in the integer units of the wire.
 */

type Options = Pick<ColumnOptions, 'nullable' | 'array'>;

/** The driver hands 64-bit integers over as text; those of the wire are safe integers. */
const safeInteger = {
  to: <T>(value: T): T => value,
  from: (value: string | readonly string[] | null): number | readonly number[] | null => {
    if (value === null) return null;
    return typeof value === 'string' ? Number(value) : value.map(Number);
  },
};

/** An instant, an amount, a price, a quantity or a sequence. */
export const Int8 = (options: Options = {}): PropertyDecorator =>
  Column({ type: 'bigint', transformer: safeInteger, ...options });
export const Int4 = (options: Options = {}): PropertyDecorator => Column({ type: 'integer', ...options });
export const Float8 = (options: Options = {}): PropertyDecorator => Column({ type: 'double precision', ...options });
export const Text = (options: Options = {}): PropertyDecorator => Column({ type: 'text', ...options });
export const Flag = (options: Options = {}): PropertyDecorator => Column({ type: 'boolean', ...options });
export const Json = (options: Options = {}): PropertyDecorator => Column({ type: 'jsonb', ...options });
export const KeyInt8 = (): PropertyDecorator => PrimaryColumn({ type: 'bigint', transformer: safeInteger });
export const KeyInt4 = (): PropertyDecorator => PrimaryColumn({ type: 'integer' });
export const KeyFlag = (): PropertyDecorator => PrimaryColumn({ type: 'boolean' });
export const KeyText = (): PropertyDecorator => PrimaryColumn({ type: 'text' });

/** Columns are named as SQL spells names. */
export class SnakeCase extends DefaultNamingStrategy {
  override columnName(property: string, custom: string): string {
    return custom || property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}

/** A row that stands for one thing said in one message of a run: its sequence, and its place in it. */
export abstract class Told {
  @KeyInt4() runId!: number;
  @KeyInt8() seq!: number;
  /** from 0 */
  @KeyInt4() place!: number;
}
