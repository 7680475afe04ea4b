/** Whole numbers as publications write them, and when one went down. */

const PLAIN = /^\d{1,9}$/;
const GROUPED = /^\d{1,3}(?:,\d{3}){1,2}$/;

/** @returns a count of votes or actas, `321` or `12,345`; null for whatever is none. Never above what sums up exactly */
export function wholeOf(text: string | null | undefined): number | null {
  const bare = text?.trim() ?? '';
  if (PLAIN.test(bare)) return Number(bare);
  return GROUPED.test(bare) ? Number(bare.replaceAll(',', '')) : null;
}

/** Whether both are whole numbers and the second is lower: a correction, perhaps; never by itself a fault. */
export function wentDown(before: string | null, after: string | null): boolean {
  const [from, to] = [wholeOf(before), wholeOf(after)];
  return from !== null && to !== null && to < from;
}
