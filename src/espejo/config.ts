import { stat } from 'node:fs/promises';
import * as v from 'valibot';
import { HintedError } from '../config/hinted-error.ts';
import { parseConfig } from '../config/read-config.ts';
import { readMadeText } from '../config/read-text.ts';
import { isName } from '../format/document.ts';
import { asked } from '../format/issue.ts';
import { words } from './words.ts';

/** The configuration of `cotejo espejo`, `espejo.toml`, and the credentials of the store, which are in a file of their own. */

const MOST_CONNECTIONS = 256;

const number = (from: number, to: number, expected: typeof words.seconds) =>
  v.pipe(v.number(), v.integer(asked(expected)), v.minValue(from, asked(expected)), v.maxValue(to, asked(expected)));

/** An address below which something lies; it comes out with a slash at its end. */
const address = v.pipe(
  v.string(),
  v.check((text) => isPlace(text), asked(words.anAddress)),
  v.transform((text) => `${text.replace(/\/+$/, '')}/`),
);

const schemaOf = (path: v.GenericSchema<string, string>) =>
  v.strictObject({
    /** the node's `state`, of which only what is public is read */
    state: path,
    /** the trust document that the administrator pinned */
    anchor: path,
    /** the one phase that is published there */
    phase: v.pipe(v.string(), v.check(isName, asked(words.aName))),
    /** of the store's S3 interface */
    endpoint: address,
    region: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/, asked(words.aRegion))), 'us-east-1'),
    bucket: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, asked(words.aBucket))),
    /** whether the bucket is named in the path of an address or in its host */
    addressing: v.optional(v.picklist(['path', 'host']), 'path'),
    /** what stands before every object's name */
    prefix: v.optional(v.pipe(v.string(), v.regex(/^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/){0,8}$/, asked(words.aPrefix))), ''),
    /** where a corte's files lie: each at its address, or each content once (see layout.ts) */
    layout: v.optional(v.picklist(['corte', 'contenido']), 'corte'),
    /** the file with the store's credentials; a systemd credential `s3_credentials` takes precedence */
    credentials: path,
    /** where readers find what is below `prefix` */
    public: address,
    connections: v.optional(number(1, MOST_CONNECTIONS, words.connections), 32),
    /** at rest, how often the pointer is looked at */
    every_seconds: v.optional(number(1, 3600, words.seconds), 15),
    /** how many objects of a corte are read back and hashed */
    sample: v.optional(number(1, 10_000, words.sample), 32),
    /** how long a corte stays after another one took its place */
    keep_hours: v.optional(number(24, 8760, words.keepHours), 25),
    /** what a corte gives way to after the missed periods, as in difusor.toml */
    when_stale: v.optional(v.picklist(['aviso', 'warn']), 'aviso'),
  });

export type EspejoConfig = v.InferOutput<ReturnType<typeof schemaOf>>;

/** @throws UsageError for what the file says; Error where it can't be read */
export async function readEspejoConfig(file: string): Promise<EspejoConfig> {
  return parseEspejoConfig(await readMadeText(file, words.howToMake), file);
}

/** As {@link readEspejoConfig}, from its text. @internal */
export function parseEspejoConfig(text: string, file: string): EspejoConfig {
  return parseConfig(text, file, schemaOf);
}

/** The keys by which the store knows who writes. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** of credentials that end by themselves */
  readonly sessionToken: string | null;
}

const secret = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,4096}$/, asked(words.keyText)));

/**
 * Reads the credentials anew: those that end are replaced in their file while the program runs.
 * @param isGuarded whether systemd gave the file, and keeps it from other accounts
 * @throws UsageError for what the file says; HintedError where others may read it; Error where it can't be read
 */
export async function readCredentials(file: string, isGuarded: boolean): Promise<Credentials> {
  const text = await readMadeText(file, words.howToCredentials);
  if (!isGuarded && ((await stat(file)).mode & 0o077) !== 0) {
    throw new HintedError(words.openCredentials(file), words.closeCredentials(file));
  }
  const schema = () =>
    v.strictObject({ access_key_id: secret, secret_access_key: secret, session_token: v.optional(v.nullable(secret), null) });
  const { access_key_id, secret_access_key, session_token } = parseConfig(text, file, schema);
  return { accessKeyId: access_key_id, secretAccessKey: secret_access_key, sessionToken: session_token };
}

function isPlace(text: string): boolean {
  if (!/^https?:\/\/[^\s"'<>\\@?#]+$/.test(text) || !URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username === '' && password === '' && search === '' && hash === '';
}
