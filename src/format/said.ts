/**
 * What is said to people, in Spanish and in English at once: whoever says something does not know who will read it.
 * JSON has the English, whatever the reader's language is, so that no program depends on it.
 */

export type Language = 'es' | 'en';

export const LANGUAGES: readonly Language[] = ['es', 'en'];

/** One sentence in both languages. As a string and in JSON it is the English one. */
export class Said {
  readonly en: string;
  readonly es: string;

  constructor(en: string, es: string) {
    this.en = en;
    this.es = es;
  }

  in(language: Language): string {
    return this[language];
  }

  /** The same done to both. */
  map(change: (text: string) => string): Said {
    return new Said(change(this.en), change(this.es));
  }

  toString(): string {
    return this.en;
  }

  toJSON(): string {
    return this.en;
  }
}

/** What is the same in every language (a path, a code), or was said by a stranger. */
export function said(text: string | Said): Said {
  return text instanceof Said ? text : new Said(text, text);
}

/** @returns the text for the reader; what is known in one language only is given as it is */
export function inLanguage(text: string | Said, language: Language): string {
  return text instanceof Said ? text.in(language) : text;
}

/** A sentence, or what makes one of its values; it calls nothing and keeps nothing. */
type Sentence = string | ((...values: never[]) => string);

/** A table with the same sentences, made of the same values. */
export type SameAs<T extends Readonly<Record<string, Sentence>>> = {
  readonly [K in keyof T]: T[K] extends (...values: infer V) => string ? (...values: V) => string : string;
};

/** Where a sentence takes text, it may take what is itself said in both languages. */
type Given<V extends unknown[]> = { [I in keyof V]: V[I] extends string ? V[I] | Said : V[I] };

export type Bilingual<T extends Readonly<Record<string, Sentence>>> = {
  readonly [K in keyof T]: T[K] extends (...values: infer V) => string ? (...values: Given<V>) => Said : Said;
};

/**
 * Joins the two tables of a room. They are complete by their type: a sentence that is missing in Spanish, or one that is
 * no longer said in English, does not compile.
 */
export function bilingual<T extends Readonly<Record<string, Sentence>>>(en: T, es: SameAs<T>): Bilingual<T> {
  const both = Object.entries<Sentence>(en).map(([name, english]) => {
    const spanish: Sentence = es[name as keyof T];
    if (typeof english === 'string') return [name, new Said(english, String(spanish))];
    return [name, (...values: unknown[]) => new Said(given(english, values, 'en'), given(spanish, values, 'es'))];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- built name by name of what the type is made of
  return Object.freeze(Object.fromEntries(both)) as Bilingual<T>;
}

function given(sentence: Sentence, values: readonly unknown[], language: Language): string {
  if (typeof sentence === 'string') return sentence;
  const told = values.map((value) => (value instanceof Said ? value.in(language) : value));
  return Reflect.apply(sentence, null, told);
}

/** Something could not be done (exit 3), and it is told in both languages. */
export class ToldError extends Error {
  override readonly name: string = 'ToldError';
  readonly said: Said;

  constructor(message: Said, options?: { readonly cause?: unknown }) {
    super(message.en, options);
    this.said = message;
  }
}
