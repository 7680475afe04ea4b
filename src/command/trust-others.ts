import type { OtherSignature } from '../custodian/signatures.ts';
import type { Shell } from '../terminal/shell.ts';
import { TRUST } from './words/trust.ts';

/** Says which custodians seem to have signed another document, and what to do. @returns whether there is one */
export function tellOthers({ say }: Pick<Shell, 'say'>, others: readonly OtherSignature[]): boolean {
  for (const { signature, custodian } of others) say.error(TRUST.signedOther(signature, custodian));
  if (others.length > 0) say.hint(TRUST.findOther);
  return others.length > 0;
}
