import type { Corte } from '../../verdict/history.ts';

/** Each signer with the cortes that he signed. */
export function signersOf(cortes: readonly Corte[]): Array<[name: string, range: string]> {
  const numbers = new Map<string, number[]>();
  for (const { signer, statement } of cortes) numbers.set(signer.name, [...(numbers.get(signer.name) ?? []), statement.number]);
  return [...numbers].map(([name, signed]) => [name, rangesOf(signed)]);
}

/** `1–3, 5`, of numbers in ascending order. */
export function rangesOf(numbers: readonly number[]): string {
  const ranges: Array<[first: number, last: number]> = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range && number === range[1] + 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}
