import { promises as fs } from 'node:fs';
import { acta } from '../custodian/acta.ts';
import { ceremonyInEnglish } from '../custodian/ceremony-en.ts';
import { ceremonyInSpanish } from '../custodian/ceremony-es.ts';
import type { CeremonyWords } from '../custodian/ceremony-words.ts';
import { draft } from '../custodian/draft.ts';
import { inspectFile, otherSignaturesBeside, readBefore } from '../custodian/files.ts';
import type { Inspected } from '../custodian/inspect.ts';
import { readPlan } from '../custodian/plan.ts';
import { review } from '../custodian/review.ts';
import { signDocument } from '../custodian/sign.ts';
import { custodianOf, type OtherSignature } from '../custodian/signatures.ts';
import { writeNamed } from '../disk/named-file.ts';
import { hashOf, inGroups } from '../format/hash.ts';
import { type Language, said } from '../format/said.ts';
import { codeOf } from '../format/thrown.ts';
import { instantOf } from '../format/time.ts';
import { parseTrust } from '../format/trust.ts';
import { ask } from '../terminal/ask.ts';
import { type Outcome, type Shell, UsageError } from '../terminal/shell.ts';
import { heldTrustOf } from '../verdict/trust-chain.ts';
import { openSigningKey, type SigningOptions } from './signing-options.ts';
import { TRUST } from './words/trust.ts';

/** What the commands of a ceremony do: `cotejo trust draft`, `review` and `sign`. */

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
  if (tellOthers(shell, await otherSignaturesBeside(out, after, { document: heldTrustOf(bytes), before }))) return 'refused';
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
  const others = await otherSignaturesBeside(file, options.after, inspected);
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
  const { sha256 } = inspected.document;
  const words = wordsOf(options.lang);
  if (!options.json) shell.print(`${inWords(shell, inspected, options.lang)}\n`);
  if (tellOthers(shell, await otherSignaturesBeside(file, options.after, inspected))) return 'refused';
  const [group = ''] = inGroups(sha256);
  if (!options.yes && (await ask(shell, words.typeGroup))?.trim().toLowerCase() !== group) {
    shell.say.error(said(words.otherGroup));
    return 'refused';
  }
  const key = await openSigningKey(shell, options);
  const custodian = custodianOf(key.publicKey, inspected);
  if (custodian === null) throw new UsageError(TRUST.noCustodian(options.key, file));
  const signature = await signDocument(file, custodian, inspected, key);
  const { sides } = await inspectFile(file, options.after, shell.say.warning);
  shell.result(options.json, { file, sha256, custodian, signature, signatures: sides }, () =>
    [words.signedIn(custodian, signature), ...sides.map((side) => words.side(side))].join('\n'),
  );
  return 'done';
}

/** Says which custodians seem to have signed another document, and what to do. @returns whether there is one */
function tellOthers({ say }: Shell, others: readonly OtherSignature[]): boolean {
  for (const { signature, custodian } of others) say.error(TRUST.signedOther(signature, custodian));
  if (others.length > 0) say.hint(TRUST.findOther);
  return others.length > 0;
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
