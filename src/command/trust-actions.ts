import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { trustFolder } from '../chain/chain-folder.ts';
import { readSigned, versionsIn, walkTrustFolder } from '../chain/trust-folder.ts';
import { HintedError } from '../config/hinted-error.ts';
import { acta } from '../custodian/acta.ts';
import { ceremonyInEnglish } from '../custodian/ceremony-en.ts';
import { ceremonyInSpanish } from '../custodian/ceremony-es.ts';
import type { CeremonyWords } from '../custodian/ceremony-words.ts';
import { draft } from '../custodian/draft.ts';
import { allowedSigners } from '../custodian/export.ts';
import { inspectFile, otherSignaturesBeside, readBefore } from '../custodian/files.ts';
import type { Inspected } from '../custodian/inspect.ts';
import { readPlan } from '../custodian/plan.ts';
import { review } from '../custodian/review.ts';
import { signDocument } from '../custodian/sign.ts';
import { custodianOf } from '../custodian/signatures.ts';
import { writeNamed } from '../disk/named-file.ts';
import { hashOf, inGroups } from '../format/hash.ts';
import { trustFile } from '../format/naming.ts';
import { Refusal } from '../format/refusal.ts';
import { type Language, said } from '../format/said.ts';
import { codeOf } from '../format/thrown.ts';
import { instantOf } from '../format/time.ts';
import { parseTrust } from '../format/trust.ts';
import { ask } from '../terminal/ask.ts';
import { type Outcome, type Shell, UsageError } from '../terminal/shell.ts';
import { heldTrustOf, isExpired } from '../verdict/trust-chain.ts';
import { openSigningKey, type SigningOptions } from './signing-options.ts';
import { tellOthers } from './trust-others.ts';
import { TRUST } from './words/trust.ts';

/** What the commands of `cotejo trust` do; trust.ts says how they are called. */

export interface DraftOptions {
  readonly after?: string;
  readonly out: string;
  readonly json?: boolean;
}

/** Writes the unsigned document that a plan makes, unless somebody signed another one that lay there. */
export async function draftTo(shell: Shell, planFile: string, { after, out, json }: DraftOptions): Promise<Outcome> {
  const { plan, place } = await readPlan(planFile);
  const before = after === undefined ? null : heldTrustOf((await readBefore(after, shell.say.warning)).bytes);
  const now = shell.now();
  const bytes = draft(plan, before, now, place);
  if (await isThere(out)) throw new UsageError(TRUST.isThere(out), TRUST.neverWrittenOver);
  if (tellOthers(shell, await otherSignaturesBeside(out, { document: heldTrustOf(bytes), before }))) return 'refused';
  await writeNamed(out, bytes, { mode: 0o644 });
  const { version, issued_at } = parseTrust(bytes);
  if (plan.issued_at === undefined && instantOf(issued_at) > now) shell.say.warning(TRUST.issuedLater(issued_at, version - 1));
  const sha256 = hashOf(bytes);
  shell.result(json, { file: out, version, sha256 }, () => TRUST.drafted(out, version, inGroups(sha256).join(' ')));
  return 'done';
}

export interface ReviewOptions {
  readonly after?: string;
  readonly acta?: string;
  readonly lang: Language;
  readonly json?: boolean;
}

/**
 * Says what a document changes and who has signed it; writes the acta where it is asked for, and not where a custodian
 * signed another document of this name.
 */
export async function reviewOf(shell: Shell, file: string, options: ReviewOptions): Promise<Outcome> {
  const inspected = await inspectFile(file, options.after, shell.say.warning);
  const others = await otherSignaturesBeside(file, inspected);
  if (options.acta !== undefined && others.length === 0) await writeNamed(options.acta, acta(inspected), { mode: 0o644 });
  const { document, changes, sides } = inspected;
  const { version, previous } = document.document;
  const value = { version, previous, sha256: document.sha256, changes, signatures: sides, signed_other: others };
  shell.result(options.json, value, () => inWords(shell, inspected, options.lang));
  return tellOthers(shell, others) ? 'refused' : 'done';
}

export interface SignOptions extends SigningOptions {
  readonly after?: string;
  readonly lang: Language;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Shows the review, asks for the first group of the hash, signs as the custodian whose key it is. */
export async function sign(shell: Shell, file: string, options: SignOptions): Promise<Outcome> {
  if (options.json && !options.yes) throw new UsageError(TRUST.noReview, TRUST.addYes);
  const inspected = await inspectFile(file, options.after, shell.say.warning);
  const { bytes, sha256 } = inspected.document;
  const words = wordsOf(options.lang);
  if (!options.json) shell.print(`${inWords(shell, inspected, options.lang)}\n`);
  if (tellOthers(shell, await otherSignaturesBeside(file, inspected))) return 'refused';
  const [group = ''] = inGroups(sha256);
  if (!options.yes && (await ask(shell, words.typeGroup))?.trim().toLowerCase() !== group) {
    shell.say.error(said(words.otherGroup));
    return 'refused';
  }
  const key = await openSigningKey(shell, options);
  const custodian = custodianOf(key.publicKey, inspected);
  if (custodian === null) throw new UsageError(TRUST.noCustodian(options.key, file));
  const signature = await signDocument(file, custodian, bytes, key);
  const { sides } = await inspectFile(file, options.after, shell.say.warning);
  shell.result(options.json, { file, sha256, custodian, signature, signatures: sides }, () =>
    [words.signedIn(custodian, signature), ...sides.map((side) => words.side(side))].join('\n'),
  );
  return 'done';
}

export interface VerifyOptions {
  readonly anchor: string;
  readonly json?: boolean;
}

/** Walks a folder from the anchor; exit 1 where a document could not be taken. */
export async function verify(shell: Shell, folder: string, { anchor, json }: VerifyOptions): Promise<Outcome> {
  if ((await versionsIn(folder)).length === 0) throw await noDocumentIn(folder);
  const { chain, refused } = await walkOrRefusal(anchor, folder);
  const newest = chain?.newest;
  const expires_at = newest?.document.expires_at ?? null;
  const [from, version, sha256] = [
    chain?.anchor.document.version ?? null,
    newest?.document.version ?? null,
    newest?.sha256 ?? null,
  ];
  shell.result(json, { anchor: from, version, sha256, expires_at, refused }, () =>
    newest
      ? `${shell.told(TRUST.walked(from, version, expires_at))}\n${shell.told(TRUST.hash(inGroups(newest.sha256).join(' ')))}`
      : TRUST.noneAccepted,
  );
  if (chain && isExpired(chain, shell.now())) {
    shell.say.warning(TRUST.expired(version));
  }
  if (!refused) return 'done';
  const where = chain && refused.version !== null ? trustFile(refused.version) : anchor;
  // What is no document at all is told by its name already.
  const isNamed = refused.detail.en.startsWith(`${anchor}: `);
  shell.say.error(refused.detail.map((detail) => `${isNamed ? '' : `${where}: `}${refused.code}: ${detail}`));
  return 'refused';
}

/**
 * An anchor that can't be believed is told like any document that can't be taken; its version is the one that it
 * states, if any.
 */
async function walkOrRefusal(anchor: string, folder: string) {
  try {
    return await walkTrustFolder(anchor, folder);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { chain: null, refused: { version: await versionOf(anchor), code: error.code, detail: error.said } };
  }
}

async function versionOf(file: string): Promise<number | null> {
  try {
    return parseTrust((await readSigned(file)).bytes).version;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** Prints the newest document's keys as `allowed_signers`. */
export async function exportKeys(shell: Shell, folder: string, { anchor }: { anchor?: string }): Promise<void> {
  const { chain, refused } = await walkTrustFolder(anchor ?? (await oldest(shell, folder)), folder);
  if (refused)
    throw new Refusal(
      refused.code,
      refused.detail.map((detail) => `${trustFile(refused.version)}: ${detail}`),
    );
  shell.print(allowedSigners(chain.newest.document));
}

async function oldest(shell: Shell, folder: string): Promise<string> {
  const [first] = await versionsIn(folder);
  if (first === undefined) throw await noDocumentIn(folder);
  shell.say.warning(TRUST.oldestBelieved(trustFile(first)));
  return join(folder, trustFile(first));
}

/** Whoever has a chain folder at hand names that one, and not the trust/ in it. */
async function noDocumentIn(folder: string): Promise<Error> {
  const within = trustFolder(folder);
  const isChain = (await isThere(within)) && (await versionsIn(within)).length > 0;
  return new HintedError(TRUST.noDocument(folder), isChain ? TRUST.meantTrust(within) : TRUST.whichFolder);
}

function inWords(shell: Shell, inspected: Inspected, lang: Language): string {
  return review(inspected, wordsOf(lang), (text) => shell.paint('bold', text));
}

function wordsOf(lang: Language): CeremonyWords {
  return lang === 'en' ? ceremonyInEnglish : ceremonyInSpanish;
}

async function isThere(file: string): Promise<boolean> {
  try {
    await fs.lstat(file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
