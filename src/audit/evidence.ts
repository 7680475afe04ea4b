import { join } from 'node:path';
import { readBounded } from '../disk/bounded-file.ts';
import { inGroups } from '../format/hash.ts';
import type { PublicKey } from '../format/key.ts';
import { LIMITS } from '../format/limits.ts';
import { sixDigits, trustFile } from '../format/naming.ts';
import { Refusal } from '../format/refusal.ts';
import { codeOf } from '../format/thrown.ts';
import { nodeEquation } from '../keys/node-equation.ts';
import { type SignedTrust, signedBy, type TrustChain } from '../verdict/trust-chain.ts';
import { type Fork, type ToldHistory, toldAlone } from './compare.ts';
import { writeProof } from './proof-folder.ts';
import { words } from './words.ts';

/**
 * A fork as files that prove it to anyone, offline and with stock tools: what each side says, the signatures, the keys,
 * and five commands. Nothing in it has to be believed but the trust document's hash, which was published on paper.
 */

/** Read the bytes of each side again from the place where they were found. */
export interface EvidenceReaders {
  corte(told: ToldHistory, phase: string, number: number): Promise<{ corteJson: Uint8Array; signature: Uint8Array }>;
  trust(told: ToldHistory, version: number): Promise<SignedTrust>;
}

interface Proof {
  /** Under this name each side has what it says. */
  readonly document: string;
  /** One command per line. */
  readonly commands: readonly string[];
  /** Who may have signed in which namespace. */
  readonly allowed: ReadonlyArray<{ readonly name: string; readonly namespace: string; readonly key: PublicKey }>;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What it proves, in Spanish and in English. */
  readonly says: readonly [es: string, en: string];
}

/**
 * @param folder where a folder of this fork is made
 * @param trust the trust documents by which the signatures were checked
 * @returns the folder that was made, or that an earlier audit made of the same two documents, which stays as it is
 * @throws Refusal where what is read now differs from what was compared; Error as {@link writeProof}, or where it can't be read
 */
export async function writeEvidence(folder: string, fork: Fork, sides: EvidenceReaders, trust: TrustChain): Promise<string> {
  const proof = fork.phase === null ? await trustProof(fork, sides, trust) : await corteProof(fork, fork.phase, sides, trust);
  const place = join(folder, fork.phase === null ? `trust-${fork.number}` : `${fork.phase}-${sixDigits(fork.number)}`);
  const { document, bytes, sha256 } = trust.newest;
  const allowed = proof.allowed.map(({ name, namespace, key }) => `${name} namespaces="${namespace}" ${key}\n`);
  const files = new Map([
    ...proof.files,
    ['trust.json', bytes],
    ['allowed_signers', Buffer.from(allowed.join(''))],
    ['README.md', Buffer.from(readme(fork, proof, document.title, sha256))],
  ]);
  try {
    await writeProof(place, files);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !(await isProofOf(place, proof))) throw error;
  }
  return place;
}

/** Whether a folder holds the same two documents, whichever of them was found first. */
async function isProofOf(place: string, { document, files }: Proof): Promise<boolean> {
  const paths = [`uno/${document}`, `otro/${document}`];
  const held = await Promise.all(paths.map((path) => readBounded(join(place, path), LIMITS.documentBytes).catch(() => null)));
  return paths.every((path) => held.some((bytes) => bytes?.equals(files.get(path)!)));
}

async function corteProof({ number, between }: Fork, phase: string, sides: EvidenceReaders, trust: TrustChain): Promise<Proof> {
  const files = new Map<string, Uint8Array>();
  const allowed = new Map<string, Proof['allowed'][number]>();
  const verify: string[] = [];
  for (const [i, told] of between.entries()) {
    const side = i === 0 ? 'uno' : 'otro';
    const { corteJson, signature } = await sides.corte(told, phase, number);
    const corte = toldAlone(told.name, corteJson, signature, trust).phases.get(phase)?.get(number);
    if (corte?.sha256 !== told.phases.get(phase)?.get(number)?.sha256 || !corte) throw changed(told);
    const { name, key } = corte.signer;
    allowed.set(name, { name, namespace: 'corte@cotejo', key });
    files.set(`${side}/corte.json`, corteJson);
    files.set(`${side}/corte.json.sig`, signature);
    verify.push(
      `ssh-keygen -Y verify -f allowed_signers -I ${name} -n corte@cotejo -s ${side}/corte.json.sig < ${side}/corte.json`,
    );
  }
  return {
    document: 'corte.json',
    files,
    allowed: [...allowed.values()],
    commands: [
      ...verify,
      `grep -HE '"(election|phase|number)":' uno/corte.json otro/corte.json`,
      'cmp uno/corte.json otro/corte.json',
      'sha256sum trust.json uno/corte.json otro/corte.json',
    ],
    says: [
      `Con llaves del Instituto se firmaron dos cortes ${number} distintos de ${phase}.`,
      `Keys of the Institute signed two different cortes ${number} of ${phase}.`,
    ],
  };
}

async function trustProof({ number, between }: Fork, sides: EvidenceReaders, trust: TrustChain): Promise<Proof> {
  const files = new Map<string, Uint8Array>();
  const allowed = new Map<string, Proof['allowed'][number]>();
  const verify: string[] = [];
  const json = trustFile(number);
  for (const [i, told] of between.entries()) {
    const side = i === 0 ? 'uno' : 'otro';
    const held = told.trusts.get(number)!;
    const signed = await sides.trust(told, number);
    if (!Buffer.from(signed.bytes).equals(held.bytes)) throw changed(told);
    files.set(`${side}/${json}`, signed.bytes);
    const custodians = [...(trust.held.get(number - 1)?.document.custodians ?? []), ...held.document.custodians];
    const names = new Set<string>();
    for (const signature of signed.signatures) {
      const document = { ...held.document, custodians };
      for (const name of signedBy(document, { bytes: signed.bytes, signatures: [signature] }, nodeEquation)) {
        files.set(`${side}/${json}.${name}.sig`, signature);
        names.add(name);
      }
    }
    for (const { name, key } of custodians)
      if (names.has(name)) allowed.set(`${name} ${key}`, { name, namespace: 'trust@cotejo', key });
    const each = `ssh-keygen -Y verify -f allowed_signers -I $c -n trust@cotejo -s ${side}/${json}.$c.sig < ${side}/${json}`;
    verify.push(`for c in ${[...names].join(' ')}; do ${each} || break; done`);
  }
  return {
    document: json,
    files,
    allowed: [...allowed.values()],
    commands: [
      ...verify,
      `grep -HE '^  "(election|version)":' uno/${json} otro/${json}`,
      `cmp uno/${json} otro/${json}`,
      `sha256sum trust.json uno/${json} otro/${json}`,
    ],
    says: [
      `Los custodios firmaron dos documentos de confianza distintos de la versión ${number}.`,
      `The custodians signed two different trust documents of version ${number}.`,
    ],
  };
}

function readme({ between }: Fork, { commands, says }: Proof, title: string, sha256: string): string {
  const [uno, otro] = between.map(({ name }) => name);
  return `# Dos historias

${title}

**${says[0]}** Uno estaba en \`${uno}\` (carpeta \`uno\`), el otro en \`${otro}\` (carpeta \`otro\`).
Para comprobarlo no hace falta creerle a nadie ni estar en línea. En esta carpeta, con programas que toda máquina tiene:

\`\`\`sh
${commands.join('\n')}
\`\`\`

1. y 2. Cada firma es buena (*Good "…" signature*).
3. Los dos dicen ser lo mismo, en el mismo lugar.
4. No son lo mismo (*differ*).
5. Las llaves de \`allowed_signers\` están en \`trust.json\`, cuyo código de integridad debe ser el que se publicó:

       ${inGroups(sha256).join(' ')}

---

${says[1]} The five commands, run in this folder, prove it: both signatures are good (1, 2), both claim the same place (3),
their bytes differ (4), and the keys stand in \`trust.json\`, whose hash was published (5).
`;
}

function changed(told: ToldHistory): Refusal {
  return new Refusal('fork', words.changed(told.name));
}
