import { resolve } from 'node:path';
import * as v from 'valibot';
import { type Place, parseConfig, placesIn } from '../../config/read-config.ts';
import { readMadeText } from '../../config/read-text.ts';
import { UsageError } from '../../config/usage-error.ts';
import { encodeDocument, isName, text } from '../../format/document.ts';
import { asked } from '../../format/issue.ts';
import type { PublicKey } from '../../format/key.ts';
import { isTitle, isWebAddress, logoPath, type Padron, parsePadron } from '../../format/padron.ts';
import { Refusal } from '../../format/refusal.ts';
import type { Said } from '../../format/said.ts';
import { publicKeyIn, whyNoPublicKey } from '../../keys/public-key.ts';
import type { LinkTarget } from '../link/open-link.ts';
import { contactSchema } from './contacts.ts';
import { whyNoExclude } from './exclude.ts';
import { padronOf, type Roster } from './padron.ts';
import { dialled } from './phone.ts';
import { requireAutoridades, sellarSchema } from './sellar.ts';
import { words } from './words.ts';

/** The IEC's configuration, `IEC.toml`: its chain, its keys, and every node of every Difusor. */

const name = v.pipe(v.string(), v.check(isName, asked(words.aName)));

const filled = v.pipe(text, v.nonEmpty(asked(words.aText)));

const excluded = v.pipe(
  text,
  v.check(
    (value) => whyNoExclude(value) === null,
    asked((name: string) => words.excludeIs(JSON.stringify(name), whyNoExclude(name) ?? '')),
  ),
);

const hostKey = v.pipe(v.string(), v.regex(/^SHA256:[A-Za-z0-9+/]{43}$/, asked(words.aFingerprint)));

const acuseKey = v.pipe(
  v.string(),
  v.check((value) => publicKeyIn(value) !== null, asked(whyNoPublicKey)),
  v.transform((value) => publicKeyIn(value)!),
);

/** Links of the official list go to citizens' browsers. */
const webAddress = v.pipe(
  v.string(),
  v.check((value) => /^https?:\/\/[^\s"'<>\\]+$/.test(value) && URL.canParse(value), asked(words.anAddress)),
);

const phone = v.pipe(
  text,
  v.check((value) => dialled(value) !== null, asked(words.aPhone)),
);

/** As the node's account sees it: absolute, or relative to where it logs in. */
const remotePath = v.pipe(
  filled,
  v.transform((value) => value.replace(/(?<=.)\/+$/, '')),
);

const node = v.strictObject({
  name,
  host: v.pipe(filled, v.regex(/^[^\s/@]+$/, asked(words.aHost))),
  port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)), 22),
  user: filled,
  /** of the node's sshd: mandatory, and never learnt from the network */
  host_key: hostKey,
  acuse_key: acuseKey,
  inbox: remotePath,
  outbox: remotePath,
});

/** People at one Difusor. */
const MOST_CONTACTS = 20;

const schemaOf = (path: v.GenericSchema<string, string>) =>
  v.strictObject({
    /** the chain folder */
    chain: path,
    /** the folder that is packed */
    source: path,
    /** what of it is left out */
    exclude: v.optional(v.array(excluded), []),
    /** the IEC's own documents, which are put into every corte with the padrón that is made of this configuration */
    oficial: v.optional(v.nullable(path), null),
    /** where the IEC itself publishes: the aviso of every Difusor leads there */
    institute: v.optional(v.nullable(v.pipe(v.string(), v.check(isWebAddress, asked(words.httpsAddress)))), null),
    /** whether `iec run` looks at every Difusor's public address, as a reader does */
    mirar: v.optional(v.boolean(), true),
    /** whether a period counts as received where the node's site shows the newest corte and the node signed for it there */
    por_la_red: v.optional(v.boolean(), false),
    phase: name,
    /** the signing key's file, or with `agent` its public half; a systemd credential `signing_key` takes precedence */
    key: path,
    agent: v.optional(v.boolean(), false),
    /** the IEC's identity towards the Difusores; a public key where an ssh-agent has the private one */
    ssh_key: path,
    /** the panel, enlaces.json, the list of Difusores, acuses/ */
    panel: path,
    /** how many nodes a machine that takes over may leave unasked */
    relevo_unasked: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
    /** who is asked for time-stamp tokens by `iec sellar`; nobody, if absent */
    sellar: v.optional(sellarSchema(path)),
    difusor: v.optional(
      v.array(
        v.strictObject({
          name,
          title: filled,
          url: webAddress,
          logo: v.optional(v.nullable(path), null),
          /** of the technical person: name, post, telephone, hours */
          contact: v.optional(text, ''),
          /** the number to dial for that person; without it, the one in `contact` */
          phone: v.optional(phone),
          /** whom to call, by stage and hour; they take the place of `contact` and `phone` */
          contacts: v.optional(v.pipe(v.array(contactSchema), v.maxLength(MOST_CONTACTS, asked(words.fewContacts(MOST_CONTACTS))))),
          node: v.pipe(v.array(node), v.minLength(1, asked(words.aNode))),
        }),
      ),
      [],
    ),
  });

/** What the file says, and where it is: absolute. */
export type IecConfig = v.InferOutput<ReturnType<typeof schemaOf>> & { readonly file: string };
export type Difusor = IecConfig['difusor'][number];

/** One node with the Difusor that it belongs to. */
export interface NodeTarget extends LinkTarget {
  readonly difusor: string;
  readonly node: string;
  readonly acuse_key: PublicKey;
  readonly inbox: string;
  readonly outbox: string;
}

/**
 * @param oficial the folder of the official documents, in the place of the one that the file names
 * @throws UsageError for what the file says, Error where it can't be read
 */
export async function readIecConfig(file: string, oficial?: string): Promise<IecConfig> {
  const text = await readMadeText(file, words.howToMake);
  return parseIecConfig(text, file, oficial);
}

/** As {@link readIecConfig}, from its text. */
export function parseIecConfig(text: string, file: string, oficial?: string): IecConfig {
  const stated = parseConfig(text, file, schemaOf);
  const config = { ...stated, oficial: oficial ?? stated.oficial, file: resolve(file) };
  const place = placesIn(text, file);
  unique(words.twoDifusores, config.difusor, (i) => place(['difusor', i]));
  for (const [i, { name, node }] of config.difusor.entries())
    unique(
      (at, twice) => words.twoNodes(at, name, twice),
      node,
      (j) => place(['difusor', i, 'node', j]),
    );
  // If two nodes had one acuse key, one of them could answer for both.
  const holders = new Map<PublicKey, string>();
  for (const [i, difusor] of config.difusor.entries()) {
    for (const [j, node] of difusor.node.entries()) {
      const id = idOf({ difusor: difusor.name, node: node.name });
      const other = holders.get(node.acuse_key);
      if (other !== undefined) {
        const at = place(['difusor', i, 'node', j, 'acuse_key']);
        throw new UsageError(words.oneAcuseKey(at, other, id), words.everyNodeOwn);
      }
      holders.set(node.acuse_key, id);
    }
  }
  if (config.sellar) requireAutoridades(config.sellar, place);
  if (config.oficial !== null) requirePadron(config, place);
  return config;
}

/** Of whom the padrón is made; null where the configuration asks for no official documents. */
export function rosterOf({ oficial, institute, difusor }: Pick<IecConfig, 'oficial' | 'institute' | 'difusor'>): Roster | null {
  return oficial === null ? null : { institute, difusores: difusor };
}

/** What no Difusor could read as a padrón is told here, and not at the first corte. */
function requirePadron(config: IecConfig, place: Place): void {
  for (const [i, { title, url }] of config.difusor.entries()) {
    if (!isWebAddress(url)) throw new UsageError(words.padronUrl(place(['difusor', i, 'url'])), words.padronWhy);
    if (!isTitle(title)) throw new UsageError(words.padronTitle(place(['difusor', i, 'title'])));
  }
  const roster = rosterOf(config);
  try {
    if (roster) parsePadron(encodeDocument(largestOf(roster)));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new UsageError(words.noPadron(place(['oficial']), error.said));
  }
}

/** The padrón of the longest name of an election and with every logo: no corte's is larger. */
function largestOf(roster: Roster): Padron {
  const logos = roster.difusores.filter(({ logo }) => logo !== null).map((one) => [one.name, logoPath(one.name, 'webp')] as const);
  return padronOf(roster, 'e'.repeat(32), new Map(logos));
}

/** Every node, in the order of the file. */
export function nodesOf({ difusor: all }: Pick<IecConfig, 'difusor'>): NodeTarget[] {
  return all.flatMap(({ name: difusor, node: nodes }) => nodes.map(({ name, ...rest }) => ({ difusor, node: name, ...rest })));
}

/** How a node is called in logs, records and messages. */
export function idOf({ difusor, node }: Pick<NodeTarget, 'difusor' | 'node'>): string {
  return `${difusor}/${node}`;
}

/** Where everybody reads a Difusor's chain. */
export function chainAddressOf({ url }: Pick<Difusor, 'url'>): string {
  return new URL('cotejo/chain/', url.endsWith('/') ? url : `${url}/`).href;
}

/** @param twice says that a name is there twice, at that place */
function unique(
  twice: (place: string, name: string) => Said,
  entries: readonly { readonly name: string }[],
  place: (i: number) => string,
): void {
  for (const [i, { name }] of entries.entries()) {
    const first = entries.findIndex((entry) => entry.name === name);
    if (first !== i) throw new UsageError(twice(place(i), name), words.theOther(place(first)));
  }
}
