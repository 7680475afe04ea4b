import type { Language } from '../../format/said.ts';

/** The language that the reader chose, kept where the browser keeps anything. */

const KEY = 'cotejo-lector-idioma';

export function chosenLanguage(): Language {
  try {
    return localStorage.getItem(KEY) === 'en' ? 'en' : 'es';
  } catch {
    return 'es'; // a browser that keeps nothing
  }
}

export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // It holds for this visit.
  }
}
