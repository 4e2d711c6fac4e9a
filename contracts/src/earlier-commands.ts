import { z } from 'zod';
import type { Control } from '@aitrader/model';
import { decodeControl, encodeControl } from './codecs.ts';
import { schemaOf, upcast } from './earlier-versions.ts';
import { OPERATOR_SINCE } from './subjects.ts';
import { FACT_WIRING } from './topology.ts';

/**
 * A command as a version of control says it, for stages that read that version; undefined where it cannot be said there, so that it would
 * be read as something else, and for versions that operators' commands are not of.
 */
export function encodeControlAs(version: number, control: Control): string | undefined {
  const today = encodeControl(control);
  if (version === FACT_WIRING.control.version) return today;
  if (!(version >= OPERATOR_SINCE && version < FACT_WIRING.control.version)) return undefined;
  const schema = schemaOf('control', version);
  if (!(schema instanceof z.ZodObject)) return undefined;
  const known = Object.entries(JSON.parse(today) as object).filter(([key]) => key in schema.shape);
  const said = Object.fromEntries(known);
  if (!schema.safeParse(said).success) return undefined;
  const text = JSON.stringify(said);
  return encodeControl(decodeControl(upcast('control', version, new TextEncoder().encode(text)))) === today ? text : undefined;
}
