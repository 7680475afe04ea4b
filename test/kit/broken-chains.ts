import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Code } from '../../src/format/refusal.ts';
import type { Trust } from '../../src/format/trust.ts';
import { type Corte, type CortePlan, makeChain, makeCorte, publicationOf } from './cortes.ts';
import { encode, type KitTrust, makeSigner, makeTrust, nextTrust, signTrust, trustFiles } from './election.ts';
import { makeKey } from './keys.ts';

/**
 * One good chain and all the ways to break it, each with the code and the number that every checker must report: the
 * command, the page in the browser, the script for checking by hand and the lector run this same table.
 */

/** The files of a chain folder by their path; `anchor/` holds the auditor's own anchor. */
export type Files = Map<string, Buffer>;

export interface Good {
  /** The documents 1 and 2; 2 ends firma-1 at corte 3. */
  readonly trusts: readonly [KitTrust, KitTrust];
  /** Cortes 1 to 5; 1–3 by firma-1 under trust 1, 4 and 5 by relevo-1 under trust 2. */
  readonly jornada: readonly [Corte, Corte, Corte, Corte, Corte];
  readonly simulacro: readonly [Corte];
}

export interface BrokenChain {
  readonly name: string;
  /** Changes the good chain's files in place. */
  readonly breakIt: (files: Files, good: Good) => void;
  /** In a trust document `phase` is null and `number` its version. */
  readonly expected: { readonly phase: string | null; readonly number: number; readonly code: Code };
  /** Only a reader of every manifest and package can find it. */
  readonly needsPackages?: true;
}

export function goodChain(): Good {
  const first = signTrust(makeTrust());
  const signers = first.document.signers.map((signer) => (signer.name === 'firma-1' ? { ...signer, last: 3 } : signer));
  const second = signTrust(nextTrust(first, { signers }), ['cotaprep', 'auditor']);
  const simulacro = makeChain(1, { trust: first, phase: 'simulacro-1' });
  const jornada: Corte[] = makeChain(3, { trust: first });
  for (const number of [4, 5])
    jornada.push(after(jornada.at(-1) as Corte, second, { signer: 'relevo-1', files: publicationOf(number) }));
  return { trusts: [first, second], jornada, simulacro } as unknown as Good;
}

/** The good chain as the files of its folder. */
export function filesOf({ trusts, jornada, simulacro }: Good): Files {
  const files: Files = new Map();
  for (const trust of trusts) setTrust(files, trust);
  for (const corte of [...jornada, ...simulacro]) setCorte(files, corte);
  const phases = { jornada: newest(jornada), 'simulacro-1': newest(simulacro) };
  files.set('index.json', encode({ election: trusts[0].document.election, trust: 2, phases }));
  for (const [name, bytes] of Object.entries(trustFiles(trusts[0]))) {
    files.set(`anchor/${name.replace(/^1\.json/, 'anchor.json')}`, bytes);
  }
  return files;
}

/** Writes the chain under `folder/chain` and the anchor as `folder/anchor.json`. */
export async function writeFiles(folder: string, files: Files): Promise<{ chain: string; anchor: string }> {
  const chain = join(folder, 'chain');
  for (const [path, bytes] of files) {
    const file = path.startsWith('anchor/') ? join(folder, path.slice('anchor/'.length)) : join(chain, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  return { chain, anchor: join(folder, 'anchor.json') };
}

const HTML = Buffer.from('<!DOCTYPE html>\n<title>Acceso restringido</title>\n');

export const BROKEN_CHAINS: readonly BrokenChain[] = [
  // Trust documents
  trust('trust 2 is signed by too few', 'trust-threshold', (files) => files.delete('trust/2.json.auditor.sig')),
  trust('trust 2 is signed by strangers', 'trust-threshold', (files, { trusts }) => {
    const strangers = { cotaprep: makeKey('stranger'), auditor: makeKey('other stranger') };
    setTrust(files, signTrust(trusts[1].document, strangers));
  }),
  trust('a letter of trust 2 was changed', 'trust-threshold', (files) => change(files, 'trust/2.json', 'PREP', 'PERP')),
  trust('trust 2 is spelled another way', 'trust-malformed', (files, { trusts }) => {
    setTrust(files, named(signTrust(Buffer.from(JSON.stringify(trusts[1].document))), trusts[1]));
  }),
  trust('trust 2 is a web page', 'trust-malformed', (files) => files.set('trust/2.json', HTML)),
  trust('trust 2 follows another first document', 'trust-version', (files, { trusts }) => {
    setTrust(files, signTrust({ ...trusts[1].document, previous: 'ab'.repeat(32) }));
  }),
  trust('the place of trust 2 holds version 3', 'trust-version', (files, { trusts }) => {
    const third = signTrust(nextTrust(trusts[1]));
    for (const [name, bytes] of Object.entries(trustFiles(third))) files.set(`trust/${name.replace(/^3/, '2')}`, bytes);
  }),
  trust('trust 2 forgets a signer', 'trust-rewrites', (files, { trusts }) => {
    const signers = trusts[1].document.signers.filter(({ name }) => name !== 'firma-1');
    setTrust(files, signTrust({ ...trusts[1].document, signers }));
  }),
  trust('trust 2 gives a custodian’s key to a signer', 'trust-malformed', (files, { trusts }) => {
    const thief = { ...makeSigner('presidencia', 'jornada'), name: 'firma-9' };
    setTrust(files, signTrust({ ...trusts[1].document, signers: [...trusts[1].document.signers, thief] }));
  }),
  {
    name: 'the custodians signed two documents of version 1',
    expected: { phase: null, number: 1, code: 'trust-fork' },
    breakIt: (files, { trusts }) => setTrust(files, signTrust({ ...trusts[0].document, title: 'Otra elección' })),
  },

  // The trust in force
  corte('relevo-1 was revoked before its cortes', 4, 'signer-out-of-range', (files, { trusts }) => {
    const signers = trusts[1].document.signers.map((signer) => (signer.name === 'relevo-1' ? { ...signer, last: 3 } : signer));
    setTrust(files, signTrust(nextTrust(trusts[1], { signers })));
  }),
  corte('a stolen key goes on after its end', 4, 'signer-out-of-range', replace(4, { signer: 'firma-1' })),
  corte('a stranger signs', 3, 'signer-unknown', replace(3, { signer: 'stranger' })),
  corte('the signer of the simulacro signs', 3, 'wrong-phase', replace(3, { signer: 'ensayo-1' })),
  corte('a custodian signs', 3, 'signer-unknown', replace(3, { signer: 'presidencia' })),
  corte(
    'a trust is named that never was',
    5,
    'trust-missing',
    replace(5, { mutate: (s) => ({ ...s, trust: { ...s.trust, version: 9 } }) }),
  ),
  corte(
    'another trust 2 is named',
    5,
    'trust-mismatch',
    replace(5, { mutate: (s) => ({ ...s, trust: { ...s.trust, sha256: 'ab'.repeat(32) } }) }),
  ),
  corte('the trust that is named goes back', 5, 'trust-mismatch', (files, { trusts, jornada }) => {
    setCorte(files, after(jornada[3], trusts[0], { signer: 'relevo-1', files: publicationOf(5) }));
  }),

  // Signatures and statements
  corte('a digit of a statement was changed', 2, 'signature-invalid', (files) =>
    change(files, 'jornada/000002/corte.json', '"files": ', '"files": 1'),
  ),
  corte('the signature of another corte', 2, 'signature-invalid', (files) =>
    copy(files, 'jornada/000003/corte.json.sig', 'jornada/000002/corte.json.sig'),
  ),
  corte('the signature with another S that fits', 2, 'signature-invalid', replace(2, { signatureFile: malleated })),
  corte('a signature for another purpose', 2, 'signature-malformed', replace(2, { namespace: 'trust@cotejo' })),
  corte('the signature is a web page', 2, 'signature-malformed', (files) => files.set('jornada/000002/corte.json.sig', HTML)),
  corte(
    'a statement with a member twice',
    2,
    'statement-malformed',
    replace(2, { statementBytes: (b) => Buffer.from(b.toString().replace('  "phase"', '  "format": 1,\n  "phase"')) }),
  ),
  corte('a statement with a member more', 2, 'statement-malformed', replace(2, { mutate: (s) => ({ ...s, extra: true }) })),
  corte('an endless statement', 2, 'too-large', (files) => files.set('jornada/000002/corte.json', Buffer.alloc(70_000, ' '))),
  corte('an endless signature', 2, 'too-large', (files) => files.set('jornada/000002/corte.json.sig', Buffer.alloc(5_000, 'A'))),
  corte('another election', 2, 'wrong-election', replace(2, { mutate: (s) => ({ ...s, election: 'otra-2018' }) })),
  corte('the simulacro passed off as the night', 1, 'wrong-phase', (files) => {
    for (const name of ['corte.json', 'corte.json.sig']) copy(files, `simulacro-1/000001/${name}`, `jornada/000001/${name}`);
  }),
  corte('a corte twice', 3, 'statement-malformed', (files) => {
    for (const name of ['corte.json', 'corte.json.sig']) copy(files, `jornada/000002/${name}`, `jornada/000003/${name}`);
  }),

  // Links and hours
  corte('a corte is gone', 3, 'gap', (files) => removeCorte(files, 'jornada', 3)),
  corte('a corte without its signature', 3, 'delivery-incomplete', (files) => files.delete('jornada/000003/corte.json.sig')),
  corte('a signature without its corte', 3, 'delivery-incomplete', (files) => files.delete('jornada/000003/corte.json')),
  corte('a second history of corte 2', 3, 'fork', replace(2, { note: 'otra historia' })),
  corte('a corte after the final one', 5, 'after-final', (files, { trusts, jornada }) => {
    const last = after(jornada[2], trusts[1], { signer: 'relevo-1', final: true, files: publicationOf(4) });
    setCorte(files, last);
    setCorte(files, after(last, trusts[1], { signer: 'relevo-1', files: publicationOf(5) }));
  }),
  corte('an hour before the corte before it', 3, 'time-order', replace(3, { takenAt: '2018-07-01T19:00:00-05:00' })),
  corte('an hour after the phase', 5, 'phase-closed', replace(5, { takenAt: '2018-08-01T00:00:00-05:00' })),

  // Manifests and packages
  deep('a line of the manifest was changed', 2, 'manifest-mismatch', (files) =>
    change(files, 'jornada/000002/SHA256SUMS', 'css/estilo.css', 'css/estilo.cfs'),
  ),
  deep('the manifest is gone', 2, 'delivery-incomplete', (files) => files.delete('jornada/000002/SHA256SUMS')),
  deep(
    'a manifest out of order',
    5,
    'manifest-malformed',
    replace(5, { manifestBytes: (b) => Buffer.from(b.toString().trimEnd().split('\n').reverse().join('\n').concat('\n')) }),
  ),
  deep(
    'a path that climbs',
    5,
    'path-forbidden',
    replace(5, { manifestBytes: (b) => Buffer.from(b.toString().replace('actas/0000', '../as/0000')) }),
  ),
  deep('a byte of a package was changed', 2, 'package-mismatch', (files) => {
    const pack = Buffer.from(files.get('jornada/000002/corte.tar.gz') as Buffer);
    pack[40] = (pack[40] as number) ^ 1;
    files.set('jornada/000002/corte.tar.gz', pack);
  }),
  deep('a package was cut short', 2, 'package-mismatch', (files) => {
    files.set('jornada/000002/corte.tar.gz', (files.get('jornada/000002/corte.tar.gz') as Buffer).subarray(0, -1));
  }),
  deep('a package is gone', 2, 'delivery-incomplete', (files) => files.delete('jornada/000002/corte.tar.gz')),
  deep('a package that is no archive', 5, 'package-malformed', replace(5, { packageBytes: () => Buffer.from('<html>') })),
  deep(
    'a link in a package',
    5,
    'package-malformed',
    replace(5, {
      members: ([first, ...rest]) => [{ ...first, type: '2', linkname: '/etc/passwd' } as NonNullable<typeof first>, ...rest],
    }),
  ),
  deep('a package without its end', 5, 'package-malformed', replace(5, { tar: (b) => b.subarray(0, -1024) })),
  deep(
    'another content under a listed name',
    5,
    'content-mismatch',
    replace(5, { members: (all) => all.map((m) => ({ ...m, content: Buffer.alloc(Buffer.from(m.content ?? '').length, '?') })) }),
  ),
  deep('a content that no package brings', 5, 'content-missing', replace(5, { members: (all) => all.slice(1) })),
  deep(
    'sizes that do not add up',
    5,
    'content-mismatch',
    replace(5, { mutate: (s) => ({ ...s, manifest: { ...s.manifest, content_bytes: 1 } }) }),
  ),
];

type Break = BrokenChain['breakIt'];

function trust(name: string, code: Code, breakIt: (files: Files, good: Good) => unknown): BrokenChain {
  return { name, breakIt: (files, good) => void breakIt(files, good), expected: { phase: null, number: 2, code } };
}

function corte(name: string, number: number, code: Code, breakIt: (files: Files, good: Good) => unknown): BrokenChain {
  return { name, breakIt: (files, good) => void breakIt(files, good), expected: { phase: 'jornada', number, code } };
}

function deep(name: string, number: number, code: Code, breakIt: (files: Files, good: Good) => unknown): BrokenChain {
  return { ...corte(name, number, code, breakIt), needsPackages: true };
}

/** Another corte in the place of a good one, made by the same plan except for these changes. */
function replace(number: 1 | 2 | 3 | 4 | 5, changes: Partial<CortePlan>): Break {
  return (files, { trusts, jornada }) => {
    const honest = { signer: number <= 3 ? 'firma-1' : 'relevo-1', files: publicationOf(number) };
    const plan = { ...honest, trust: trusts[number <= 3 ? 0 : 1], ...changes };
    setCorte(files, makeCorte({ previous: number === 1 ? null : (jornada[number - 2] as Corte), ...plan }), number);
  };
}

function after(previous: Corte, trust: KitTrust, plan: Omit<CortePlan, 'trust' | 'previous'>): Corte {
  return makeCorte({ ...plan, trust, previous });
}

function setCorte(files: Files, made: Corte, number = made.statement.number, phase = made.delivery.slice(0, -7)): void {
  for (const [name, bytes] of Object.entries(made.files)) files.set(`${phase}/${String(number).padStart(6, '0')}/${name}`, bytes);
}

function setTrust(files: Files, made: KitTrust): void {
  for (const path of files.keys()) if (path.startsWith(`trust/${made.document.version}.json`)) files.delete(path);
  for (const [name, bytes] of Object.entries(trustFiles(made))) files.set(`trust/${name}`, bytes);
}

function removeCorte(files: Files, phase: string, number: number): void {
  for (const path of files.keys()) if (path.startsWith(`${phase}/${String(number).padStart(6, '0')}/`)) files.delete(path);
}

function change(files: Files, path: string, from: string, to: string): void {
  files.set(path, Buffer.from((files.get(path) as Buffer).toString().replace(from, to)));
}

function copy(files: Files, from: string, to: string): void {
  files.set(to, files.get(from) as Buffer);
}

function newest(cortes: readonly Corte[]): { number: number; corte: string } {
  const last = cortes.at(-1) as Corte;
  return { number: last.statement.number, corte: last.sha256 };
}

function named(made: KitTrust, as: { readonly document: Trust }): KitTrust {
  return { ...made, document: as.document };
}

/** S + L in the place of S: the same equation holds, so a lenient verifier accepts it. */
function malleated(file: Buffer): Buffer {
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const lines = file.toString().trim().split('\n');
  const blob = Buffer.from(lines.slice(1, -1).join(''), 'base64');
  const s = Buffer.from(blob.subarray(-32)).reverse().toString('hex');
  const moved = Buffer.from((BigInt(`0x${s}`) + L).toString(16).padStart(64, '0'), 'hex').reverse();
  moved.copy(blob, blob.length - 32);
  const body = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return Buffer.from([lines[0], ...body, lines.at(-1), ''].join('\n'));
}
