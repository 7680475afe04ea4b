import { type Said, ToldError } from '../format/said.ts';
import { words } from './words.ts';

/** What is wrong with a token: a closed list of codes, which JSON and the record have. */
export const SELLO_CODES = [
  'not-a-token',
  'rejected',
  'other-hash',
  'other-nonce',
  'certificate-ended',
  'certificate-revoked',
  'certificate-unknown',
  'list-unusable',
  'bad-signature',
] as const;
export type SelloCode = (typeof SELLO_CODES)[number];

/** Bytes that are no good token for what was asked. It says nothing of the corte, and blames nobody. */
export class NotGood extends ToldError {
  override readonly name = 'NotGood';
  readonly code: SelloCode;

  constructor(code: SelloCode, message: Said) {
    super(message);
    this.code = code;
  }
}

/** OpenSSL's reasons, each with what it means here; the first that is found counts. */
const REASONS: ReadonlyArray<readonly [RegExp, SelloCode, Said]> = [
  [/message imprint mismatch|message imprint algorithm|unsupported md algorithm/, 'other-hash', words.otherHash],
  [/nonce (?:mismatch|not returned)/, 'other-nonce', words.otherNonce],
  [/certificate (?:has expired|is not yet valid)/, 'certificate-ended', words.certificateEnded],
  [/certificate revoked/, 'certificate-revoked', words.certificateRevoked],
  [/no time stamp token|bad status|failed status/, 'rejected', words.rejected],
  [
    /signature failure|digest failure|bad signature|invalid signature|ess (?:add )?signing cert/,
    'bad-signature',
    words.badSignature,
  ],
];

/** @param complaint what `openssl ts -verify` said on its standard error */
export function whyNotGood(complaint: string): NotGood {
  for (const [reason, code, said] of REASONS) if (reason.test(complaint)) return new NotGood(code, said);
  const [, verify] = /Verify error:([^\n]{1,120})/.exec(complaint) ?? [];
  if (verify !== undefined || /certificate/.test(complaint)) {
    return new NotGood('certificate-unknown', words.certificateUnknown(verify ?? 'unsupported certificate'));
  }
  if (/asn1 encoding routines|wrong content type|not enough data/.test(complaint)) {
    return new NotGood('not-a-token', words.notAToken);
  }
  return new NotGood('bad-signature', words.badSignature);
}
