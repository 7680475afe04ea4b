/** @returns whether one of several kinds of thing is of the kind that is asked for; the compiler knows it from there on */
export function isOfKind<T extends { readonly kind: string }, K extends T['kind']>(
  thing: T,
  kind: K,
): thing is Extract<T, { readonly kind: K }> {
  return thing.kind === kind;
}
