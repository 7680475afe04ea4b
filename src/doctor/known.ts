import type { Said } from '../format/said.ts';

/** In Spanish and, where it is said in English too, in both. */
export type Told = string | Said;

/** What was measured, or why it could not be: a probe never throws out of the doctor. */
export type Known<T> = { readonly known: T } | { readonly unknown: Told };

export function known<T>(value: T): Known<T> {
  return { known: value };
}

/** @param why one sentence, without a final period, for whoever reads the report */
export function unknown(why: Told): { readonly unknown: Told } {
  return { unknown: why };
}

/** The same of what follows from it; what is not known stays so, with its reason. */
export function andThen<T, U>(of: Known<T>, use: (value: T) => Known<U>): Known<U> {
  return 'known' in of ? use(of.known) : of;
}
