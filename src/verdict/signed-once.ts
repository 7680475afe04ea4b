import type { Equation } from '../format/ed25519.ts';
import { hashOf } from '../format/hash.ts';
import { Refusal } from '../format/refusal.ts';
import { isSignatureOver, parseSignature } from '../format/sshsig.ts';
import { parseStatement } from '../format/statement.ts';
import type { SignedStatement } from './corte.ts';
import { signerOf, type TrustChain } from './trust-chain.ts';
import { words } from './words.ts';

/**
 * What a corte proves by itself, wherever it was found: that a key of the Institute signed it. Whether that key may still
 * sign such a number, and whether the chain has this corte, makes no difference to that. It is the least of A3 and A4, for
 * cortes that were kept as evidence or that the custodians disowned since, and never enough to believe one.
 * @throws Refusal `signature-malformed`, `signer-unknown`, `signature-invalid`, `statement-malformed`, `wrong-election`,
 *   `wrong-phase` where the signer signs another phase
 */
export function checkSignedOnce(
  corteJson: Uint8Array,
  signatureFile: Uint8Array,
  trust: TrustChain,
  equation?: Equation,
): SignedStatement {
  const signature = parseSignature(signatureFile, 'corte@cotejo');
  // Nothing is forgotten (T5): the newest document has the signers of all before it.
  const signer = signerOf(trust, signature.key);
  if (!signer) throw new Refusal('signer-unknown', words.noSuchSigner(trust.newest.document.version));
  if (!isSignatureOver(signature, corteJson, equation)) throw new Refusal('signature-invalid', words.notTheirs(signer.name));
  const statement = parseStatement(corteJson);
  const { election } = trust.newest.document;
  if (statement.election !== election) throw new Refusal('wrong-election', words.otherElection(statement.election, election));
  if (statement.phase !== signer.phase) {
    throw new Refusal('wrong-phase', words.signsPhase(signer.name, signer.phase, statement.phase));
  }
  return { statement, sha256: hashOf(corteJson), signer };
}
