import { fingerprint } from '../format/key.ts';
import type { Phase, Signer } from '../format/trust.ts';
import { momentInEnglish } from '../html/hour.ts';
import { ruleSpan } from '../html/span.ts';
import type { CeremonyWords } from './ceremony-words.ts';

function range({ first, last }: Signer): string {
  if (last === null) return `from corte ${first} on`;
  if (last < first) return 'no corte: revoked before its first';
  return first === last ? `corte ${first} alone` : `from corte ${first} to ${last}`;
}

/** Only what is different; the kind can't be (T5). */
function phaseChange(from: Phase, to: Phase): string {
  const parts = [
    from.opens_at === to.opens_at ? '' : `opened ${momentInEnglish(from.opens_at)} and now opens ${momentInEnglish(to.opens_at)}`,
    from.closes_at === to.closes_at
      ? ''
      : `closed ${momentInEnglish(from.closes_at)} and now closes ${momentInEnglish(to.closes_at)}`,
    ceremonyInEnglish.phaseRule(from) === ceremonyInEnglish.phaseRule(to)
      ? ''
      : `had ${ceremonyInEnglish.phaseRule(from)}; and now has ${ceremonyInEnglish.phaseRule(to)}`,
  ];
  return `Phase ${to.name} (${to.kind}) ${parts.filter(Boolean).join('; ')}`;
}

export const ceremonyInEnglish: CeremonyWords = {
  lang: 'en',
  title: (version) => `Trust document, version ${version}`,
  election: 'Election',
  follows: 'Follows',
  first: 'none: it is the first',
  version: (version, hash) => `version ${version}, hash ${hash}`,
  issued: 'Issued',
  expires: 'Expires',
  moment: momentInEnglish,
  changesSince: (version) => `What changes since version ${version}`,
  change(change) {
    switch (change.kind) {
      case 'title':
        return `The title was "${change.from}" and now is "${change.to}"`;
      case 'expires_at':
        return `It expired ${momentInEnglish(change.from)} and now expires ${momentInEnglish(change.to)}`;
      case 'threshold':
        return `The threshold of custodians' signatures goes from ${change.from} to ${change.to}`;
      case 'custodian-enters':
        return `Custodian ${change.custodian.name} ENTERS with key ${fingerprint(change.custodian.key)}`;
      case 'custodian-leaves':
        return `Custodian ${change.custodian.name} LEAVES with key ${fingerprint(change.custodian.key)}`;
      case 'custodian-key':
        return `Custodian ${change.name} changes keys: ${fingerprint(change.from)} LEAVES, ${fingerprint(change.to)} ENTERS`;
      case 'signer-enters':
        return `Signing key ${change.signer.name} ENTERS, ${fingerprint(change.signer.key)}, for ${change.signer.phase}, ${range(change.signer)}`;
      case 'signer-ends':
        return change.last < change.signer.first
          ? `Signing key ${change.signer.name} (${change.signer.phase}) LEAVES: none of its cortes is good any more`
          : `Signing key ${change.signer.name} (${change.signer.phase}) LEAVES: its last good corte is ${change.last}`;
      case 'phase-enters':
        return `Phase ${change.phase.name} (${change.phase.kind}) ENTERS, ${ceremonyInEnglish.phaseHours(change.phase)}; ${ceremonyInEnglish.phaseRule(change.phase)}`;
      case 'phase-changes':
        return phaseChange(change.from, change.to);
    }
  },
  nothingChanges: 'Only the version and the date of issue change. Nothing else changes.',
  nothingElse: 'Nothing else changes.',
  notCompared: 'ATTENTION: not compared with the version before; what changes is not known.',
  stands: 'How it stands',
  custodians: (threshold, count) => `Custodians (${threshold} of ${count} must sign)`,
  signers: 'Keys that sign cortes',
  phases: 'Phases',
  maySign: (signer, phase) => `${signer.phase} (${phase?.kind ?? '?'}), ${range(signer)}`,
  phaseHours: ({ opens_at, closes_at }) => `from ${momentInEnglish(opens_at)} to ${momentInEnglish(closes_at)}`,
  phaseRule: ({ period_seconds, missed_limit, grace_seconds }) =>
    `a corte every ${ruleSpan(period_seconds)}; notice after ${missed_limit} periods without one and ${ruleSpan(grace_seconds)} of grace`,
  hash: 'Hash (SHA-256) of this document, to read aloud',
  signatures: 'Signatures',
  hasSigned: 'signed',
  hasNotSigned: 'missing',
  typeGroup: 'To sign, type the first group of the hash as it was read aloud:',
  otherGroup: 'that is not the first group of this document: nothing was signed',
  signedIn: (custodian, file) => `Signed by ${custodian}: ${file}`,
  side: ({ version, threshold, signed, unsigned, missing }) => {
    const who = signed.length === 0 ? '' : ` (${signed.join(', ')})`;
    const count = `${signed.length} of ${signed.length + unsigned.length} by version ${version}${who}`;
    if (missing === 0) return `${count}: complete, ${threshold} needed`;
    const which = missing === unsigned.length ? 'all of' : missing === 1 ? 'any one of' : `any ${missing} of`;
    return `${count}: ${threshold} needed, missing ${unsigned.length === 1 ? '' : `${which} `}${unsigned.join(', ')}`;
  },
};
