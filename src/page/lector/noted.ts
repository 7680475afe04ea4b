/** The place in the browser's storage where the pages of this origin note what of the publication they have open. */
export const NOTE = 'cotejo-lector-abierto';

/**
 * Whether some page noted that it opened the publication: one that is open still, or was ended. Then nothing is opened early.
 * What the note says is not read here: it may be anything, or too old to mean anything, and then the next page that is open
 * writes it anew.
 */
export function isNoted(): boolean {
  try {
    return localStorage.getItem(NOTE) !== null;
  } catch {
    return false; // a browser without storage
  }
}
