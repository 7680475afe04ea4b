import type { Constancia } from '../../src/format/constancia.ts';
import type { Good } from './broken-chains.ts';
import type { KitTrust } from './election.ts';

/** A constancia of the good chain's newest corte, as a reader's browser makes it. */
export function makeConstancia({ trusts, jornada }: Good): Constancia {
  const [first, second] = trusts;
  const corte = jornada[4];
  const { election, phase, number, taken_at, final, manifest } = corte.statement;
  const signer = second.document.signers.find(({ name }) => name === 'relevo-1')!;
  const enclosed = ({ bytes, signatures }: KitTrust) => ({ document: String(bytes), signatures: signatures.map(String) });
  return {
    type: 'cotejo/constancia-de-comprobacion',
    format: 1,
    election,
    checked_at: '2018-07-01T19:45:00-05:00',
    verdict: 'concuerda',
    fault: null,
    site: 'https://prep.example/',
    chain: 'https://prep.example/cotejo/chain/',
    anchor: { version: 1, sha256: first.sha256, given: 'codigo' },
    trust: { version: 2, sha256: second.sha256 },
    corte: { phase, kind: 'oficial', number, taken_at, final, sha256: corte.sha256, signer: signer.name, key: signer.key },
    files: { listed: manifest.files, compared: 1, same: 1, differing: [], seed: null },
    recibos: { nodes: 1, of: 4, difusores: 1, of_difusores: 3, contrary: [] },
    not_checked: ['newer', ...(manifest.files > 1 ? (['rest'] as const) : []), 'packages', 'others', 'truth'],
    documents: {
      trust: [enclosed(first), enclosed(second)],
      corte: String(corte.files['corte.json']),
      signature: String(corte.files['corte.json.sig']),
    },
  };
}
