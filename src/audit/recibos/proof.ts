import { join } from 'node:path';
import { inGroups } from '../../format/hash.ts';
import { LIMITS } from '../../format/limits.ts';
import { type CorteFile, sixDigits } from '../../format/naming.ts';
import { ToldError } from '../../format/said.ts';
import { codeOf } from '../../format/thrown.ts';
import type { Corte } from '../../verdict/history.ts';
import type { Contradiction } from '../../verdict/recibos.ts';
import type { TrustChain } from '../../verdict/trust-chain.ts';
import { cortePath } from '../check/chain-reads.ts';
import { writeProof } from '../proof-folder.ts';
import type { ChainSource } from '../source/chain-source.ts';
import { words } from '../words.ts';

/**
 * Two histories by what nodes signed, as files that prove it to anyone, offline and with stock tools: a receipt of
 * another corte of that number, the corte of this chain with the padrón whose keys they are, and, where there is one, a
 * receipt of it. It says what was signed with which key, and not who is to blame.
 */

export interface ProofParts {
  readonly source: ChainSource;
  readonly corte: Corte;
  /** the exact bytes of the corte's `oficial/padron.json` */
  readonly padron: Uint8Array;
  readonly trust: TrustChain;
}

/**
 * @param folder where a folder of this contradiction is made
 * @returns the folder that was made, or that an earlier audit made of the same contradiction
 * @throws Error where the chain can't be read any more, or the folder can't be written
 */
export async function writeContradiction(folder: string, { other, own }: Contradiction, parts: ProofParts): Promise<string> {
  const { source, corte, padron, trust } = parts;
  const { phase, number } = corte.statement;
  const { bytes, sha256, document } = trust.newest;
  const read = async (file: CorteFile, limit: number) => {
    const found = await source.read(cortePath(phase, number, file), limit);
    if (!found) throw new ToldError(words.corteGone(source.name, number, phase));
    return found;
  };
  const sides = own === null ? [['uno', other] as const] : [['uno', other] as const, ['otro', own] as const];
  const allowed = new Map([[corte.signer.name, `${corte.signer.name} namespaces="corte@cotejo" ${corte.signer.key}\n`]]);
  const files = new Map<string, Uint8Array | string>([
    ['trust.json', bytes],
    ['corte.json', await read('corte.json', LIMITS.documentBytes)],
    ['corte.json.sig', await read('corte.json.sig', LIMITS.signatureBytes)],
    ['SHA256SUMS', await read('SHA256SUMS', LIMITS.manifestBytes)],
    ['padron.json', padron],
  ]);
  const verify: string[] = [];
  for (const [side, { difusor, node, key, recibo }] of sides) {
    const name = `${difusor}/${node}`;
    allowed.set(name, `${name} namespaces="acuse@cotejo" ${key}\n`);
    files.set(`${side}/acuse.json`, recibo[0]);
    files.set(`${side}/acuse.json.sig`, recibo[1]);
    verify.push(
      `ssh-keygen -Y verify -f allowed_signers -I ${name} -n acuse@cotejo -s ${side}/acuse.json.sig < ${side}/acuse.json`,
    );
  }
  const acuses = sides.map(([side]) => `${side}/acuse.json`).join(' ');
  const commands = [
    ...verify,
    `ssh-keygen -Y verify -f allowed_signers -I ${corte.signer.name} -n corte@cotejo -s corte.json.sig < corte.json`,
    `grep -HE '"(election|phase|number|corte)":' ${acuses}`,
    `grep -E '"(election|phase|number)":' corte.json`,
    'sha256sum trust.json corte.json',
    `grep "$(sha256sum < SHA256SUMS | cut -d ' ' -f 1)" corte.json`,
    `grep "$(sha256sum < padron.json | cut -d ' ' -f 1)  oficial/padron.json" SHA256SUMS`,
    ...new Set(sides.map(([, { key }]) => `grep '${key}' padron.json`)),
    `grep '${corte.signer.key}' trust.json`,
  ];
  files.set('allowed_signers', [...allowed.values()].join(''));
  files.set('README.md', readme(document.title, { other, own }, commands, sha256, corte));
  const place = join(
    folder,
    `acuse-${phase}-${sixDigits(number)}-${other.difusor}-${other.node}-${other.acuse.corte.slice(0, 16)}`,
  );
  try {
    await writeProof(place, files);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  return place; // written now, or by an earlier audit
}

function readme(
  title: string,
  { other, own }: Contradiction,
  commands: readonly string[],
  trust: string,
  { statement: { phase, number } }: Corte,
): string {
  const [uno, otro] = [`${other.difusor}/${other.node}`, own && `${own.difusor}/${own.node}`];
  const [esOtro, enOtro] =
    otro === null
      ? ['', '']
      : otro === uno
        ? [
            ', y con esa misma llave también el del corte de esta cadena (`otro`)',
            ', and with that same key also the one of the corte of this chain (`otro`)',
          ]
        : [
            `, y con la de ${otro} el del corte de esta cadena (\`otro\`)`,
            `, and with that of ${otro} the one of the corte of this chain (\`otro\`)`,
          ];
  return `# Acuses que no cuentan una sola historia

${title}

**Con la llave de acuses de ${uno} se firmó el acuse de un corte ${number} de ${phase} que no es el de esta cadena (\`uno\`)${esOtro}.**
Eso es lo que se prueba. No dice quién faltó: pudo ser quien tiene la llave de un nodo, o quien firma los cortes, si firmó dos
con un mismo número; en ese caso ese nodo tiene el otro corte, con su firma, y es lo siguiente que hay que pedirle.
Para comprobarlo no hace falta creerle a nadie ni estar en línea. En esta carpeta, con programas que toda máquina tiene:

\`\`\`sh
${commands.join('\n')}
\`\`\`

1. Cada firma es buena (*Good "…" signature*).
2. Los acuses y \`corte.json\` dicen ser de la misma elección, la misma fase y el mismo número.
3. El código de integridad de \`corte.json\` no es el que está en \`corte\` de \`uno/acuse.json\`.
4. Las llaves de los nodos están en \`padron.json\`, que está en la lista \`SHA256SUMS\`, que está en \`corte.json\`; la que firmó
   \`corte.json\` está en \`trust.json\`, cuyo código de integridad debe ser el que se publicó:

       ${inGroups(trust).join(' ')}

---

With the receipt key of ${uno} a receipt was signed of a corte ${number} of ${phase} that is not the one of this chain${enOtro}.
The commands, run in this folder, prove that: the signatures are good, the receipts and \`corte.json\` are of one election,
phase and number, the hash of \`corte.json\` is not the one in \`uno/acuse.json\`, and the keys are tied to \`trust.json\`, whose
hash was published. It does not say who is to blame.
`;
}
