/** @returns whether a thing is of one kind of a union; the compiler narrows its type from there on */
export function isOfKind<T extends { readonly kind: string }, K extends T['kind']>(
  thing: T,
  kind: K,
): thing is Extract<T, { readonly kind: K }> {
  return thing.kind === kind;
}
