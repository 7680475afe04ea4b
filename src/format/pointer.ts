import type { Hash } from './hash.ts';

/**
 * `ultimo.json`: what a site shows at this moment, and where that stays for a while. Unsigned, and believed for nothing:
 * it says where to look, and what is found there is checked.
 */
export interface Pointer {
  readonly phase: string;
  /** of the newest corte; null where none is told: before the opening, or before the first */
  readonly number: number | null;
  readonly corte: Hash | null;
  /** a time of the format */
  readonly taken_at: string | null;
  readonly shows: 'corte' | 'aviso' | 'espera';
  /** the address below which this corte's files stay, whatever is shown later; null where no corte is shown */
  readonly base: string | null;
}

/** The name of the pointer, and of the folder of the addresses that stay, below the site's own name. */
export const POINTER = 'ultimo.json';
export const PINNED = 'c';

/**
 * @param newest the newest corte that may be told of; null for none
 * @param site the address of the site's own folder, as `/cotejo/`
 */
export function pointerOf(
  phase: string,
  shows: Pointer['shows'],
  newest: { readonly number: number; readonly corte: Hash; readonly taken_at: string } | null,
  site: string,
): Pointer {
  const told = shows === 'espera' ? null : newest;
  return {
    phase,
    number: told?.number ?? null,
    corte: told?.corte ?? null,
    taken_at: told?.taken_at ?? null,
    shows,
    base: shows === 'corte' && told ? `${site}${PINNED}/${told.number}/` : null,
  };
}

export function pointerText(pointer: Pointer): string {
  return `${JSON.stringify(pointer)}\n`;
}
