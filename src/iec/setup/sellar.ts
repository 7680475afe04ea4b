import * as v from 'valibot';
import type { Place } from '../../config/read-config.ts';
import { UsageError } from '../../config/usage-error.ts';
import { isName } from '../../format/document.ts';
import { asked } from '../../format/issue.ts';
import { words } from './words.ts';

/** `[sellar]` of IEC.toml: the authorities that are asked for time-stamp tokens, and where the tokens go. */

/** One authority alone would have to be believed. */
const LEAST = 2;
const MOST = 8;

const webAddress = v.pipe(
  v.string(),
  v.check((value) => /^https?:\/\/[^\s"'<>\\#]+$/.test(value) && URL.canParse(value), asked(words.anAddress)),
);

const autoridad = v.strictObject({
  /** by which its tokens and its certificates are called */
  name: v.pipe(v.string(), v.check(isName, asked(words.aName))),
  /** where it answers RFC 3161 over HTTP; it may hold a name and a password */
  url: webAddress,
  /** where its revocation list is, which is fetched once a day; nowhere, if absent */
  crl: v.optional(webAddress),
});

/** @param path the kind "path" of the configuration's file */
export function sellarSchema(path: v.GenericSchema<string, string>) {
  return v.strictObject({
    /** what is published of it is `sellos/` and `autoridades/` */
    folder: path,
    /** the folder of the authorities' certificates, `<name>.pem` each, roots included */
    autoridades: path,
    autoridad: v.pipe(
      v.array(autoridad),
      v.minLength(LEAST, asked(words.someAutoridades(LEAST, MOST))),
      v.maxLength(MOST, asked(words.someAutoridades(LEAST, MOST))),
    ),
  });
}

export type SellarConfig = v.InferOutput<ReturnType<typeof sellarSchema>>;
export type Autoridad = SellarConfig['autoridad'][number];

/** @throws UsageError where two entries are one authority */
export function requireAutoridades({ autoridad: all }: SellarConfig, place: Place): void {
  for (const [i, { name, url }] of all.entries()) {
    const before = all.slice(0, i);
    const at = place(['sellar', 'autoridad', i]);
    if (before.some((one) => one.name === name)) throw new UsageError(words.twoAutoridades(at, name));
    const same = before.find((one) => one.url === url);
    if (same) throw new UsageError(words.oneAutoridad(at, same.name), words.whyTwo);
  }
}
