import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Introduction, initNode } from '../../src/difusor/setup/init.ts';
import { type Corte, type CortePlan, makeCorte } from '../kit/cortes.ts';
import { at, type KitTrust, makeSigner, makeTrust, nextTrust, signTrust, writeAnchor } from '../kit/election.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { type CorteHashes, type Cortes, sha256 } from './look.ts';
import { randomOf } from './record.ts';

/** What the cases need: keys, trust documents, a publication that grows, cortes. */
export interface Fixtures {
  /** signing keys `firma-1` and `relevo-1`, the IEC's key `iec` towards its Difusores; each with its `.pub` */
  readonly keys: string;
  /** of a phase with a period of a day, long open */
  readonly trust: KitTrust;
  /** after it: one more signer */
  readonly grown: KitTrust;
  /** after it: the signer is ended below corte 2 */
  readonly revoking: KitTrust;
  /** another election's first document: a period of five seconds, and one that may be missed */
  readonly quick: KitTrust;
  /** another one's: the phase opens in a month */
  readonly early: KitTrust;
  /** cortes 1 to 3 under {@link trust} */
  readonly cortes: readonly [Corte, Corte, Corte];
  /** another corte 2, by the other signer, under {@link revoking} */
  readonly afterRevoking: Corte;
  readonly earlyCortes: readonly [Corte, Corte];
  /** Writes a node's home as `difusor init` does, with its anchor inside it. */
  node(home: string, trust: KitTrust): Promise<Introduction>;
  /** A corte of {@link quick}. @param takenAt ms */
  quickCorte(n: number, previous: Corte | null, takenAt: number): Corte;
}

export async function makeFixtures(folder: string): Promise<Fixtures> {
  const now = Math.floor(Date.now() / 1000) * 1000;
  const keys = join(folder, 'keys');
  mkdirSync(keys, { recursive: true });
  for (const name of ['firma-1', 'relevo-1', 'iec']) await writePrivateKey(makeKey(name), join(keys, name));
  const document = makeTrust({ now });
  const jornada = { ...document.phases[1]!, grace_seconds: 0 };
  const day = { ...jornada, period_seconds: 86_400, missed_limit: 3 };
  const signers = document.signers.filter(({ phase }) => phase === 'jornada');
  const under = (phase: typeof day) => signTrust({ ...document, signers, phases: [phase] });
  const trust = under(day);
  const grown = signTrust(nextTrust(trust, { signers: [...signers, makeSigner('relevo-2', 'jornada', 2)] }));
  const ended = signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 1 } : signer));
  const revoking = signTrust(nextTrust(trust, { signers: ended }));
  const quick = under({ ...jornada, period_seconds: 5, missed_limit: 1 });
  const early = under({ ...day, opens_at: at(now + 30 * 86_400_000), closes_at: at(now + 60 * 86_400_000) });
  const corte = (n: number, plan: Omit<CortePlan, 'files'>) =>
    makeCorte({ ...plan, files: publicationOf(n), takenAt: plan.takenAt ?? at(now - 1_000_000 + 100_000 * n) });
  const first = corte(1, { trust });
  const second = corte(2, { trust, previous: first });
  const third = corte(3, { trust, previous: second });
  const early1 = corte(1, { trust: early });
  return {
    keys,
    trust,
    grown,
    revoking,
    quick,
    early,
    cortes: [first, second, third],
    afterRevoking: corte(4, { trust: revoking, previous: first, signer: 'relevo-1' }),
    earlyCortes: [early1, corte(2, { trust: early, previous: early1 })],
    async node(home, of) {
      const anchor = await writeAnchor(of, home);
      const config = join(home, 'difusor.toml');
      return initNode({ config, difusor: 'vanguardia', node: 'web1', anchor, home, iecKey: join(keys, 'iec.pub') });
    },
    quickCorte: (n, previous, takenAt) => corte(n, { trust: quick, previous, takenAt: at(takenAt) }),
  };
}

export function hashesOf(corte: Corte): CorteHashes {
  const hashed = (files: Readonly<Record<string, Buffer>>) =>
    Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, sha256(bytes)]));
  return { tree: hashed(corte.content), files: hashed(corte.files) };
}

/** By their numbers. */
export function cortesOf(...cortes: readonly Corte[]): Cortes {
  return new Map(cortes.map((corte) => [corte.statement.number, hashesOf(corte)]));
}

/** What the publication holds in its n-th corte: a base, pages of which some change, two that are alike, one that goes. */
function publicationOf(n: number): Record<string, Buffer> {
  const random = randomOf(7);
  const text = (length: number, salt = 0) =>
    Buffer.from(
      Array.from({ length: length >> 3 }, () => (random() * 2 ** 32 + salt).toString(36).slice(0, 8).padEnd(8, '\n')).join(''),
    );
  const files: Record<string, Buffer> = {};
  for (const section of ['seccion/a', 'seccion/b', 'actas'])
    for (let i = 0; i < 18; i++) files[`${section}/${i}.html`] = text(300 + random() * 11_000);
  for (let k = 1; k <= n; k++) {
    const names = Object.keys(files);
    for (let i = 0; i < 8; i++) files[names[Math.floor(random() * names.length)] as string] = text(4000, k);
    files['index.html'] = text(5000, k);
    files['base/base.csv'] = text(500_000, k);
    files[`nuevo/${k}.html`] = text(4000, k);
    files[`copia/${k}.html`] = files['index.html'];
    delete files[`actas/${k}.html`];
  }
  return files;
}

/** Writes a publication as a folder, for `iec pack`. */
export function writePublication(folder: string, n: number): void {
  for (const [path, bytes] of Object.entries(publicationOf(n))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
