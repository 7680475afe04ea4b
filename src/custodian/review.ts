import { inGroups } from '../format/hash.ts';
import { fingerprint } from '../format/key.ts';
import { columnsOf } from '../terminal/columns.ts';
import type { CeremonyWords } from './ceremony-words.ts';
import type { Inspected } from './inspect.ts';

/** A document in words, for a custodian who is about to sign it: what changes, how it stands, its hash, who has signed. */

/** @param style makes a heading or a warning stand out, where there is colour */
export function review(
  { document, before, changes, sides }: Inspected,
  words: CeremonyWords,
  style: (text: string) => string,
): string {
  const trust = document.document;
  const phaseOf = (name: string) => trust.phases.find((phase) => phase.name === name);
  const follows = trust.previous === null ? words.first : words.version(trust.version - 1, inGroups(trust.previous)[0] ?? '');
  const sections: string[][] = [
    [
      style(words.title(trust.version)),
      ...columnsOf([
        [words.election, `${trust.title} (${trust.election})`],
        [words.follows, follows],
        [words.issued, words.moment(trust.issued_at)],
        [words.expires, words.moment(trust.expires_at)],
      ]),
    ],
    changesIn({ before, changes, version: trust.version }, words, style),
    [
      style(words.stands),
      words.custodians(trust.threshold, trust.custodians.length),
      ...columnsOf(trust.custodians.map(({ name, key }) => [`  ${name}`, fingerprint(key)])),
      words.signers,
      ...columnsOf(trust.signers.map((s) => [`  ${s.name}`, fingerprint(s.key), words.maySign(s, phaseOf(s.phase))])),
      words.phases,
      ...trust.phases.flatMap((p) => [`  ${p.name} (${p.kind}) ${words.phaseHours(p)}`, `    ${words.phaseRule(p)}`]),
    ],
    [style(words.hash), ...grouped(document.sha256).map((line) => `  ${style(line)}`)],
    [style(words.signatures), ...sides.map((side) => `  ${words.side(side)}`)],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** The eight groups of a hash, four to a line. */
export function grouped(hash: string): string[] {
  const groups = inGroups(hash);
  return [groups.slice(0, 4).join(' '), groups.slice(4).join(' ')];
}

function changesIn(
  { before, changes, version }: Pick<Inspected, 'before' | 'changes'> & { version: number },
  words: CeremonyWords,
  style: (text: string) => string,
): string[] {
  if (!before || !changes) return version === 1 ? [] : [style(words.notCompared)];
  const head = style(words.changesSince(before.document.version));
  if (changes.length === 0) return [head, `  ${words.nothingChanges}`];
  return [head, ...changes.map((change) => `  \u2022 ${words.change(change)}.`), `  ${words.nothingElse}`];
}
