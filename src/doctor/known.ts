/** What was measured, or why it could not be: a probe never throws out of the doctor. */
export type Known<T> = { readonly known: T } | { readonly unknown: string };

export function known<T>(value: T): Known<T> {
  return { known: value };
}

/** @param why one sentence in Spanish, without a final period, for whoever reads the report */
export function unknown(why: string): { readonly unknown: string } {
  return { unknown: why };
}

/** The same of what follows from it; what is not known stays so, with its reason. */
export function andThen<T, U>(of: Known<T>, use: (value: T) => Known<U>): Known<U> {
  return 'known' in of ? use(of.known) : of;
}
