import { isName } from './document.ts';
import type { PublicKey } from './key.ts';
import { type Said, said } from './said.ts';
import type { Custodian } from './trust.ts';
import { words } from './words.ts';

/** How things are called on disk and on the wire: deliveries, cortes, trust documents and their signatures. */

/** A file in a node's outbox that means nothing: by reading it the IEC measures the link. */
export const LINK_PROBE = 'enlace.bin';

export const CORTE_FILES = ['corte.json', 'corte.json.sig', 'SHA256SUMS', 'corte.tar.gz'] as const;
export type CorteFile = (typeof CORTE_FILES)[number];

export type DeliveryName =
  | { readonly kind: 'corte'; readonly phase: string; readonly number: number }
  | { readonly kind: 'trust'; readonly version: number };

export function sixDigits(number: number): string {
  return String(number).padStart(6, '0');
}

/** @returns the number of a corte's folder, or null */
export function parseSixDigits(text: string): number | null {
  return /^\d{6}$/.test(text) && text !== '000000' ? Number(text) : null;
}

/** @returns what a delivery's folder name announces (A1), or null where it announces nothing of format 1 */
export function parseDeliveryName(folder: string): DeliveryName | null {
  const trust = /^trust-([1-9]\d{0,4})$/.exec(folder);
  if (trust) return { kind: 'trust', version: Number(trust[1]) };
  const cut = folder.lastIndexOf('-');
  const number = parseSixDigits(folder.slice(cut + 1));
  const phase = folder.slice(0, Math.max(cut, 0));
  if (number === null || !isName(phase) || phase === 'trust') return null;
  return { kind: 'corte', phase, number };
}

export function deliveryName(name: DeliveryName): string {
  return name.kind === 'corte' ? `${name.phase}-${sixDigits(name.number)}` : `trust-${name.version}`;
}

/**
 * What a delivery of this name needs besides the files that are there.
 * @returns the name of a file, `a signature` where a trust document has none, or null where nothing is missing
 */
export function missingFile(announced: DeliveryName, there: readonly string[]): Said | null {
  if (announced.kind === 'corte') {
    const missing = CORTE_FILES.find((name) => !there.includes(name));
    return missing === undefined ? null : said(missing);
  }
  const { version } = announced;
  if (!there.includes(trustFile(version))) return said(trustFile(version));
  return there.some((name) => custodianOfFile(name, version) !== null) ? null : words.aSignature;
}

export function trustFile(version: number): string {
  return `${version}.json`;
}

export function trustSignatureFile(version: number, custodian: string): string {
  return `${version}.json.${custodian}.sig`;
}

/** @returns the custodian whose signature over version N a file of this name holds, or null */
export function custodianOfFile(file: string, version: number): string | null {
  const head = `${trustFile(version)}.`;
  if (!file.startsWith(head) || !file.endsWith('.sig')) return null;
  const custodian = file.slice(head.length, -'.sig'.length);
  return isName(custodian) ? custodian : null;
}

/**
 * The name by which a custodian of version N signs N + 1 with a key that N + 1 replaces under the same name. Without it
 * the old key's signature and the new one's would be one file.
 */
function formerName(custodian: string, version: number): string {
  const suffix = `-v${version}`;
  return `${custodian.slice(0, 32 - suffix.length).replace(/-$/, '')}${suffix}`;
}

/**
 * Under which name each key signs a document: its own custodians, and those of the document before it. Where a folder
 * can't be listed, signatures are found by these names; a renamed custodian's may also be under the old one.
 */
export function signatureNames(
  custodians: readonly Custodian[],
  before: readonly Custodian[],
  versionBefore: number,
): Map<PublicKey, string> {
  const names = new Map(custodians.map(({ name, key }) => [key, name]));
  const taken = new Set(names.values());
  for (const { name, key } of before) {
    if (!names.has(key)) names.set(key, taken.has(name) ? formerName(name, versionBefore) : name);
  }
  return names;
}
