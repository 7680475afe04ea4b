import * as v from 'valibot';
import { key, name, parseDocument, text } from './document.ts';
import { asked } from './issue.ts';
import { LIMITS } from './limits.ts';
import { LOGO_ENDINGS } from './logo-endings.ts';
import { words } from './padron-words.ts';
import { Refusal } from './refusal.ts';
import type { Said } from './said.ts';
import { visible } from './text.ts';

/**
 * `oficial/padron.json`: who the official Difusores are, and by which keys their nodes sign acuses. It is a file of the
 * corte, so the IEC's signature over the corte covers it; it has none of its own.
 */

/** The top-level folder of a publication in which the IEC's own documents lie. */
export const OFICIAL = 'oficial';
export const PADRON_FILE = `${OFICIAL}/padron.json`;
const LOGO_FOLDER = `${OFICIAL}/logos`;

/** What a citizen may be led to: https alone, and nothing in it that could act in a page or name an account. */
export function isWebAddress(address: string): boolean {
  if (address.length > LIMITS.addressCharacters || !/^https:\/\/[A-Za-z0-9[][!#-;=?-[\]_a-z~]*$/.test(address)) return false;
  if (!URL.canParse(address)) return false;
  const { username, password, hostname } = new URL(address);
  return username === '' && password === '' && hostname !== '';
}

/** What a Difusor may be called before citizens: one short line of characters that are all seen. */
export function isTitle(title: string): boolean {
  return title.trim() !== '' && [...title].length <= LIMITS.titleCharacters && visible(title) === title;
}

const address = v.pipe(v.string(), v.check(isWebAddress, asked(words.notWebAddress)));

export const title = v.pipe(text, v.check(isTitle, asked(words.notTitle(LIMITS.titleCharacters))));

const difusor = v.strictObject({
  name,
  title,
  url: address,
  logo: v.nullable(v.string()),
  nodes: v.pipe(
    v.array(v.strictObject({ name, acuse_key: key })),
    v.minLength(1, asked(words.noNode)),
    v.maxLength(LIMITS.nodesOfDifusor, asked(words.overNodes(LIMITS.nodesOfDifusor))),
  ),
});

const padron = v.strictObject({
  type: v.literal('cotejo/padron'),
  format: v.literal(1),
  election: name,
  /** where the IEC itself publishes; null where it says nothing of that */
  institute: v.nullable(address),
  difusores: v.pipe(v.array(difusor), v.maxLength(LIMITS.difusores, asked(words.overDifusores(LIMITS.difusores)))),
});

export type Padron = v.InferOutput<typeof padron>;

/** The path of a Difusor's logo in a publication. @param ending of {@link LOGO_ENDINGS} */
export function logoPath(difusorName: string, ending: string): string {
  return `${LOGO_FOLDER}/${difusorName}.${ending}`;
}

/**
 * Reads a padrón and checks its form. That it is the IEC's follows from the corte whose file it is; that it is of this
 * election is the caller's to compare.
 * @throws Refusal `statement-malformed`, `too-large`
 */
export function parsePadron(bytes: Uint8Array): Padron {
  const document = parseDocument(bytes, padron, 'statement-malformed');
  requireUnique(
    'difusores',
    document.difusores.map((one) => one.name),
  );
  const holders = new Map<string, string>();
  for (const { name: of, logo, nodes } of document.difusores) {
    requireUnique(
      words.nodesOf(of),
      nodes.map((one) => one.name),
    );
    if (logo !== null && !LOGO_ENDINGS.some((ending) => logo === logoPath(of, ending))) {
      throw malformed(words.otherLogo(of, `${logoPath(of, '')}(${LOGO_ENDINGS.join('|')})`));
    }
    for (const { name: node, acuse_key } of nodes) {
      // If two nodes had one key, one of them could sign for both.
      const other = holders.get(acuse_key);
      if (other !== undefined) throw malformed(words.oneAcuseKey(other, `${of}/${node}`));
      holders.set(acuse_key, `${of}/${node}`);
    }
  }
  return document;
}

function requireUnique(what: string | Said, names: readonly string[]): void {
  const twice = names.find((one, i) => names.indexOf(one) !== i);
  if (twice !== undefined) throw malformed(words.isTwice(what, twice));
}

function malformed(detail: Said): Refusal {
  return new Refusal('statement-malformed', detail);
}
