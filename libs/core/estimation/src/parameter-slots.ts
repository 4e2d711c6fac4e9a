import { item } from '@aitrader/model';
import type { ParameterEstimate } from './fit-result.ts';
import { blend, constant, type Jet, type JetSpace } from './jet.ts';
import { applied, dot, type SquareMatrix } from './square-matrix.ts';
import type { Covariances } from './standard-errors.ts';

/*
 * The parameters that a model is known by, and the fewer that its likelihood is a free function of.
 *
 * 1. The cells of a law sum to one: all but one are free, and the last that is not known follows from them.
 * 2. Standard errors of what follows are those of the free ones through the same linear map; what is known has none.
 */

/** A parameter of a model by its name. A known one is held where it is: it has no standard error. */
export interface NamedParameter {
  readonly name: string;
  readonly value: number;
  readonly isKnown: boolean;
}

/** Parameters that vary on their own, or that make a law together. */
export interface ParameterGroup {
  readonly kind: 'free' | 'law';
  readonly parameters: readonly NamedParameter[];
}

/** A parameter and how it follows from the free ones: `free` is its index there, `rest` lists the slots of its law's others. */
export interface ParameterSlot {
  readonly name: string;
  readonly value: number;
  readonly free: number | null;
  readonly rest: readonly number[] | null;
}

/** The slots of all parameters in order; free ones are counted from 0 on. */
export function parameterSlots(groups: readonly ParameterGroup[]): ParameterSlot[] {
  const slots: ParameterSlot[] = [];
  let free = 0;
  for (const { kind, parameters } of groups) {
    const first = slots.length;
    const following = kind === 'law' ? parameters.findLastIndex(({ isKnown }) => !isKnown) : -1;
    const others = parameters.map((_, i) => first + i).filter((slot) => slot !== first + following);
    for (const [i, { name, value, isKnown }] of parameters.entries()) {
      const rest = i === following ? others : null;
      slots.push({ name, value, rest, free: isKnown || rest ? null : free++ });
    }
  }
  return slots;
}

/** The slots whose parameters are free, in order. */
export const freeSlots = (slots: readonly ParameterSlot[]): ParameterSlot[] => slots.filter(({ free }) => free !== null);

/** All parameters in jets, from those of the free ones. */
export function slotJets(space: JetSpace, slots: readonly ParameterSlot[], free: readonly Jet[]): Jet[] {
  const known = slots.map((slot) => (slot.free === null ? constant(space, slot.value) : item(free, slot.free)));
  return slots.map(({ rest }, i) =>
    rest ? rest.reduce((left, other) => blend(space, 1, left, -1, item(known, other)), constant(space, 1)) : item(known, i),
  );
}

/** How a parameter changes with the free ones: undefined when it does not. */
function slopes(slot: ParameterSlot, slots: readonly ParameterSlot[], size: number): Float64Array | undefined {
  const result = new Float64Array(size);
  if (slot.free !== null) result[slot.free] = 1;
  for (const other of slot.rest ?? []) {
    const { free } = item(slots, other);
    if (free !== null) result[free] = -1;
  }
  return result.some((slope) => slope !== 0) ? result : undefined;
}

/** √(gᵀ V g), null where there is no such number. */
function standardError(covariance: SquareMatrix | undefined, gradient: Float64Array | undefined): number | null {
  if (!covariance || !gradient) return null;
  const variance = dot(gradient, applied(covariance, gradient));
  return variance >= 0 && variance < Infinity ? Math.sqrt(variance) : null;
}

/** All parameters with their standard errors, from the covariances of the free ones. */
export function slotEstimates(slots: readonly ParameterSlot[], { hessian, opg, sandwich }: Covariances): ParameterEstimate[] {
  const size = freeSlots(slots).length;
  return slots.map((slot) => {
    const gradient = slopes(slot, slots, size);
    return {
      name: slot.name,
      value: slot.value,
      seHessian: standardError(hessian, gradient),
      seOpg: standardError(opg, gradient),
      seSandwich: standardError(sandwich, gradient),
    };
  });
}
