import type { Code } from '../../src/format/refusal.ts';
import type { Statement } from '../../src/format/statement.ts';
import type { Phase } from '../../src/format/trust.ts';
import type { Files } from './broken-chains.ts';
import { type Corte, type CortePlan, makeCorte } from './cortes.ts';
import { at, encode, type KitTrust, makeCustodian, makeTrust, NOW, nextTrust, signTrust, trustFiles } from './election.ts';
import { makeKey } from './keys.ts';
import { MISMADE, MISWRITTEN } from './misshapen-documents.ts';
import { tarOf } from './tar.ts';

/**
 * Chains of a few small cortes that are out of the ordinary, some of them good and some not. `docs/verificar.sh` and the auditor
 * must agree on each. Such a chain costs the script a fifth of a second, where one of a whole night costs it seconds.
 */
export interface SmallChain {
  readonly name: string;
  /** As those of `broken-chains.ts`; the anchor is the first document. */
  readonly files: () => Files;
  /** of the first fault; null where the chain is good */
  readonly code: Code | null;
  /** Only who can list folders finds the fault: over http the chain ends before it. */
  readonly needsListing?: true;
}

/** A name that is cut at its last hyphen where its former key signs. */
const LONG = 'consejo-distrital-de-torreon-01';
const CUT = 'consejo-distrital-de-torreon';

/** The only document of most of them. */
export const FIRST = signTrust(makeTrust());

export const SMALL_CHAINS: readonly SmallChain[] = [
  good('two custodians renew their keys under their names, and one of them again', () => {
    const first = signTrust(makeTrust({ custodians: [LONG, 'cotaprep', 'auditor'].map(makeCustodian) }), [LONG, 'cotaprep']);
    const second = renewed(first, [LONG, 'cotaprep'], { [`${CUT}-v1`]: LONG, 'cotaprep-v1': 'cotaprep' });
    const third = renewed(second, [LONG], { [`${CUT}-v2`]: `${LONG} of 2`, cotaprep: 'cotaprep of 2' });
    return chainOf([first, second, third], [corteOf({ trust: third })]);
  }),
  good('the close is moved earlier, later and earlier again, each time after cortes that it would forbid', () => {
    const second = signTrust(nextTrust(FIRST, { phases: closing(FIRST, -5) }));
    const third = signTrust(nextTrust(second, { phases: closing(second, 300) }));
    const fourth = signTrust(nextTrust(third, { phases: closing(third, 0) }));
    const one = corteOf({ trust: FIRST });
    const two = corteOf({ trust: FIRST, previous: one, takenAt: hours(-1) });
    const three = corteOf({ trust: third, previous: two, takenAt: hours(299) });
    return chainOf([FIRST, second, third, fourth], [one, two, three]);
  }),
  bad('a corte after the close of the document that it names and of all later ones', 'phase-closed', () => {
    const second = signTrust(nextTrust(FIRST, { phases: closing(FIRST, -5) }));
    return chainOf([FIRST, second], [corteOf({ trust: second, takenAt: hours(-4) })]);
  }),
  good('of a next corte that the index does not have all is there but corte.json, which comes last to a store', () => {
    const [one, two] = run(2) as [Corte, Corte];
    const files = chainOf([FIRST], [one]);
    for (const name of ['SHA256SUMS', 'corte.json.sig'] as const) files.set(`jornada/000002/${name}`, two.files[name]);
    return files;
  }),
  bad('the newest corte, which the index has, is there without its corte.json', 'delivery-incomplete', () =>
    without(chainOf([FIRST], run(2)), 'jornada/000002/corte.json'),
  ),
  bad('a newest corte without its corte.json, and no index', 'delivery-incomplete', () =>
    without(chainOf([FIRST], run(2)), 'jornada/000002/corte.json', 'index.json'),
  ),
  {
    ...bad('a corte is gone, and no index', 'gap', () => without(chainOf([FIRST], run(3)), 'jornada/000002', 'index.json')),
    needsListing: true,
  },
  ...[
    ['equal but for case', 'ACTAS.html', 'actas.html'],
    ['equal but for the case of letters with accents', 'año/CÓDIGO.html', 'AÑO/código.html'],
    ['a letter and its accent apart, as a disk of macOS may have them', 'co\u0301digo.html'],
    ['too many folders', Array.from({ length: 33 }, (_, i) => `d${i}`).join('/')],
    ['too long', `${`${'d'.repeat(200)}/`.repeat(5)}${'f'.repeat(20)}`],
  ].map(([what, ...paths]) =>
    bad(`paths: ${what}`, what?.startsWith('too') ? 'too-large' : 'path-forbidden', () =>
      chainOf([FIRST], [corteOf({ trust: FIRST, files: Object.fromEntries(paths.map((path, i) => [path, `${i}`])) })]),
    ),
  ),
  bad('a path that was a file before is a folder, and the file still there', 'path-forbidden', () => {
    const one = corteOf({ trust: FIRST, files: { actas: 'uno' } });
    return chainOf([FIRST], [one, corteOf({ trust: FIRST, previous: one, files: { actas: 'uno', 'actas/1.html': 'dos' } })]);
  }),
  bad('a list whose last line does not end', 'manifest-malformed', () => {
    const plan = { trust: FIRST, files: { 'a.html': 'uno', 'b.html': 'dos' } };
    return chainOf([FIRST], [corteOf({ ...plan, manifestBytes: (honest) => honest.subarray(0, -1) })]);
  }),
  bad('a package with a file after its end', 'package-malformed', () => {
    const late = tarOf([{ name: 'tarde.html', content: 'x' }]);
    return chainOf([FIRST], [corteOf({ trust: FIRST, tar: (honest) => Buffer.concat([honest, late]) })]);
  }),
  ...MISMADE.map(([what, change, code = 'trust-malformed']) =>
    bad(`trust 2, which enough custodians signed: ${what}`, code, () =>
      chainOf([FIRST, signTrust(nextTrust(FIRST, change(FIRST.document)))], [corteOf({ trust: FIRST })]),
    ),
  ),
  bad('document 257 of an election', 'too-large', () => {
    const last = signTrust(makeTrust({ version: 256, previous: 'ab'.repeat(32) }));
    return chainOf([last, signTrust(nextTrust(last))], []);
  }),
  ...MISWRITTEN.map(([what, mutate]) =>
    bad(`a corte: ${what}`, 'statement-malformed', () => chainOf([FIRST], [corteOf({ trust: FIRST, mutate })])),
  ),
  bad('a corte: a note that is not UTF-8', 'statement-malformed', () => {
    const statementBytes = (honest: Buffer) => Buffer.from(honest.toString().replace('ñ', '\u00f1'), 'latin1');
    return chainOf([FIRST], [corteOf({ trust: FIRST, note: 'mañana', statementBytes })]);
  }),
  good('a first document without signers, as a ceremony may begin', () => {
    const { signers } = FIRST.document;
    const bare = signTrust(makeTrust({ signers: [] }));
    const second = signTrust(nextTrust(bare, { signers }));
    return chainOf([bare, second], [corteOf({ trust: second })]);
  }),
  good('a note of five hundred characters of every length, quotes and backslashes among them', () =>
    chainOf([FIRST], [corteOf({ trust: FIRST, note: '"\\ñ…\u{1f5f3}'.repeat(100) })]),
  ),
  ...(['files', 'content_bytes'] as const).map((member) =>
    bad(`another number than the package’s ${member}`, 'content-mismatch', () => {
      const mutate = (corte: Statement) => ({ ...corte, package: { ...corte.package, [member]: corte.package[member] + 1 } });
      return chainOf([FIRST], [corteOf({ trust: FIRST, mutate })]);
    }),
  ),
];

function good(name: string, files: () => Files): SmallChain {
  return { name, files, code: null };
}

function bad(name: string, code: Code, files: () => Files): SmallChain {
  return { name, files, code };
}

/** @param n from the hour of the kit's election on */
function hours(n: number): string {
  return at(NOW + n * 3_600_000);
}

/** The document's phases, with another close of the night. */
function closing({ document }: KitTrust, n: number): Phase[] {
  return document.phases.map((phase) => (phase.name === 'jornada' ? { ...phase, closes_at: hours(n) } : phase));
}

/** The next document, in which each of these has a new key, `<name> of <version>`, under the old name. */
function renewed(before: KitTrust, names: readonly string[], others: Readonly<Record<string, string>>): KitTrust {
  const keyOf = (name: string) => makeKey(`${name} of ${before.document.version + 1}`);
  const custodians = before.document.custodians.map((custodian) =>
    names.includes(custodian.name) ? { ...custodian, key: keyOf(custodian.name).publicKey } : custodian,
  );
  const old = Object.entries(others).map(([name, key]) => [name, makeKey(key)] as const);
  const own = names.map((name) => [name, keyOf(name)] as const);
  return signTrust(nextTrust(before, { custodians }), Object.fromEntries([...old, ...own]));
}

/** A corte of one page. */
export function corteOf(plan: Omit<CortePlan, 'files'> & Partial<Pick<CortePlan, 'files'>>): Corte {
  return makeCorte({ files: { 'index.html': 'resultados preliminares' }, ...plan });
}

function run(n: number): Corte[] {
  const cortes: Corte[] = [];
  while (cortes.length < n) cortes.push(corteOf({ trust: FIRST, previous: cortes.at(-1) ?? null }));
  return cortes;
}

/** Takes out files, and folders with all that is in them. */
function without(files: Files, ...paths: readonly string[]): Files {
  for (const file of files.keys()) if (paths.some((path) => `${file}/`.startsWith(`${path}/`))) files.delete(file);
  return files;
}

/** The files of such a chain, with an index that says what it has. */
export function chainOf(trusts: readonly KitTrust[], cortes: readonly Corte[]): Files {
  const [first, newest] = [trusts[0] as KitTrust, trusts.at(-1) as KitTrust];
  const files: Files = new Map();
  for (const trust of trusts) for (const [name, bytes] of Object.entries(trustFiles(trust))) files.set(`trust/${name}`, bytes);
  for (const [name, bytes] of Object.entries(trustFiles(first))) {
    files.set(`anchor/${name.replace(/^\d+\.json/, 'anchor.json')}`, bytes);
  }
  const phases: Record<string, { number: number; corte: string }> = {};
  for (const { delivery, sha256, files: four } of cortes) {
    const [phase, number] = [delivery.slice(0, -7), delivery.slice(-6)];
    for (const [name, bytes] of Object.entries(four)) files.set(`${phase}/${number}/${name}`, bytes);
    phases[phase] = { number: Number(number), corte: sha256 };
  }
  files.set('index.json', encode({ election: first.document.election, trust: newest.document.version, phases }));
  return files;
}
