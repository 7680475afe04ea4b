import { parseConstancia } from '../../../src/format/constancia.ts';
import { encodeDocument } from '../../../src/format/document.ts';
import { Refusal } from '../../../src/format/refusal.ts';
import { sameBytes } from '../../../src/format/wire.ts';
import { nodeEquation } from '../../../src/keys/node-equation.ts';
import { judgeConstancia, trustEnclosed } from '../../../src/verdict/constancia.ts';
import { startFrom } from '../../../src/verdict/trust-chain.ts';
import { goodChain } from '../../kit/broken-chains.ts';
import { makeConstancia } from '../../kit/constancia.ts';
import { encode } from '../../kit/election.ts';
import { makeKey } from '../../kit/keys.ts';
import { makeRecibo } from '../../kit/recibos.ts';
import { orNull, promise, type Target } from '../target.ts';

/** A reader's constancia, which anybody may have made. */

const good = goodChain();
const constancia = makeConstancia(good);
const [acuse, signature] = makeRecibo({ number: 5, sha256: 'ab'.repeat(32) });
const contrary = [{ difusor: 'vanguardia', node: 'web1', key: makeKey('acuse of vanguardia web1').publicKey, acuse, signature }];
const start = startFrom(good.trusts[0], nodeEquation);
const signed = new Set([...good.jornada, ...good.simulacro].map(({ sha256 }) => sha256));

export const constancias: Target = {
  seeds: [
    encode(constancia),
    encode({ ...constancia, recibos: { ...constancia.recibos, contrary } }),
    encode({ ...constancia, documents: { ...constancia.documents, trust: [] } }),
  ],
  words: ['null', '"given": "nada"', '"how": "altered"', '\\n', '9007199254740991', '-0', '"version": 2', 'documents', '[]'],
  most: 24_576,
  async take(bytes) {
    const found = orNull(() => parseConstancia(bytes, 'constancia.json'), Refusal);
    if (!found) return;
    promise(sameBytes(encodeDocument(found), bytes), 'a constancia has one spelling');
    const verdict = judgeConstancia(found, await trustEnclosed(found, start, nodeEquation), nodeEquation);
    promise(verdict.kind !== 'proven' || signed.has(verdict.corte.sha256), 'only what was signed is proven');
  },
};
