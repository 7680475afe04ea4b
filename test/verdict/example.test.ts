import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import test from 'ava';
import { readPackage } from '../../src/chain/package-reader.ts';
import { parseAcuse } from '../../src/format/acuse.ts';
import { hashOf } from '../../src/format/hash.ts';
import type { Manifest } from '../../src/format/manifest.ts';
import { custodianOfFile, sixDigits } from '../../src/format/naming.ts';
import { Refusal } from '../../src/format/refusal.ts';
import { isSignatureOver, parseSignature } from '../../src/format/sshsig.ts';
import { nodeEquation } from '../../src/keys/node-equation.ts';
import {
  checkManifest,
  checkPackage,
  checkPlace,
  checkSigned,
  checkTime,
  checkTrustNamed,
  type Head,
} from '../../src/verdict/corte.ts';
import { MemberJudge } from '../../src/verdict/members.ts';
import { type SignedTrust, startFrom, succeed } from '../../src/verdict/trust-chain.ts';
import { entriesIn } from '../kit/folders.ts';
import { repository } from '../kit/programs.ts';
import { requires } from '../kit/requires.ts';

/**
 * test/example was made with ssh-keygen, sha256sum, tar and gzip, by hand and from the format's text alone. It has a key
 * rotation in it (trust 2 ends firma-1 after corte 3, relevo-1 signs corte 4) and its jornada ends with a final corte.
 */
const EXAMPLE = join(repository(), 'test', 'example');

type Files = ReadonlyMap<string, Buffer>;

async function readExample(): Promise<Files> {
  const files = new Map<string, Buffer>();
  for (const entry of await entriesIn(EXAMPLE)) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(relative(EXAMPLE, path), await readFile(path));
  }
  return files;
}

/** Everything that an auditor checks, from the anchor on. @returns the path of each head */
async function audit(files: Files): Promise<string[]> {
  let trust = startFrom(signed(files, 'anchor.json'), nodeEquation);
  for (let version = 1; files.has(`chain/trust/${version}.json`); version++) {
    trust = succeed(trust, signed(files, `chain/trust/${version}.json`), nodeEquation);
  }
  const heads: string[] = [];
  for (const { name: phase } of trust.newest.document.phases) {
    let head: Head | null = null;
    let before: Manifest = [];
    for (let number = 1; files.has(`chain/${phase}/${sixDigits(number)}/corte.json`); number++) {
      const file = (name: string) => files.get(`chain/${phase}/${sixDigits(number)}/${name}`)!;
      const corte = checkSigned(file('corte.json'), file('corte.json.sig'), trust, { phase, number }, nodeEquation);
      checkTrustNamed(corte.statement, trust, head, null);
      checkPlace(corte.statement, head);
      checkTime(corte.statement, trust, head, null);
      const manifest = checkManifest(file('SHA256SUMS'), hashOf(file('SHA256SUMS')), corte.statement);
      const pack = file('corte.tar.gz');
      checkPackage({ bytes: pack.length, sha256: hashOf(pack) }, corte.statement);
      await readPackage(Readable.from([pack]), new MemberJudge(corte.statement, manifest, before));
      [head, before] = [corte, manifest];
    }
    if (head) heads.push(`${phase}/${head.statement.number} ${head.sha256}`);
  }
  return heads;
}

function signed(files: Files, path: string): SignedTrust {
  const signatures = [...files].filter(([name]) => name.startsWith(`${path}.`)).map(([, bytes]) => bytes);
  return { bytes: files.get(path)!, signatures };
}

test('the example chain, made without this program, is accepted whole', async (t) => {
  t.deepEqual(await audit(await readExample()), [
    'simulacro-1/1 af25c909628039a2bf1fe6eec54df8f8ebf353b8d539a87a8f849c77a5050db0',
    'jornada/4 e6bc48b0ebedcac492e97ba0f57f85fdf89b52ef8cc408bdd04bd209d734ad1a',
  ]);
});

test('its acuse is of its last corte, and signed by the node', async (t) => {
  const files = await readExample();
  const bytes = files.get('acuses/jornada/000004.json')!;
  const acuse = parseAcuse(bytes);
  const signature = parseSignature(files.get('acuses/jornada/000004.json.sig')!, 'acuse@cotejo');
  t.is(acuse.corte, hashOf(files.get('chain/jornada/000004/corte.json')!));
  t.is(signature.key, files.get('vanguardia-web1.pub')!.toString().trim());
  t.true(isSignatureOver(signature, bytes));
});

test('its signature files are named as the format names them', async (t) => {
  const names = [...(await readExample()).keys()].filter((path) => path.startsWith('chain/trust/') && path.endsWith('.sig'));
  const custodians = names.map((path) => custodianOfFile(path.slice('chain/trust/'.length), Number(path['chain/trust/'.length])));
  t.is(custodians.length, 4);
  for (const custodian of custodians) t.true(['auditor', 'cotaprep', 'presidencia'].includes(custodian ?? ''));
});

test('with one byte changed, anywhere in any of its files, something is refused', async (t) => {
  const files = await readExample();
  const audited = [...files.keys()].filter((path) => path.startsWith('anchor.json') || /^chain\/.+\//.test(path));
  // The anchor is trust 1: the chain's copy of it is compared with the anchor, so the copy's signatures are not needed.
  const needed = audited.filter((path) => !path.startsWith('chain/trust/1.json.'));
  t.is(audited.length - needed.length, 2);
  for (const path of needed) {
    const bytes = files.get(path)!;
    for (const at of [0, Math.floor(bytes.length / 3), Math.floor(bytes.length / 2), bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      await t.throwsAsync(() => audit(new Map([...files, [path, changed]])), { instanceOf: Refusal }, `${path} at ${at}`);
    }
  }
});

test('with two files exchanged between any two cortes, something is refused', async (t) => {
  const files = await readExample();
  const folders = ['jornada/000001', 'jornada/000002', 'jornada/000003', 'jornada/000004', 'simulacro-1/000001'];
  for (const name of ['corte.json', 'corte.json.sig', 'SHA256SUMS', 'corte.tar.gz']) {
    for (const [i, a] of folders.entries()) {
      const [one, other] = [`chain/${a}/${name}`, `chain/${folders[(i + 1) % folders.length] as string}/${name}`];
      const exchanged = new Map([...files, [one, files.get(other)!], [other, files.get(one)!]]);
      await t.throwsAsync(() => audit(exchanged), { instanceOf: Refusal }, `${one} and ${other}`);
    }
  }
});

requires('openssh-client', ['ssh-keygen'])('ssh-keygen and sha256sum agree about it by themselves', async (t) => {
  for (const [folder, signer] of [
    ['jornada/000001', 'firma-1'],
    ['jornada/000003', 'firma-1'],
    ['jornada/000004', 'relevo-1'],
    ['simulacro-1/000001', 'ensayo-1'],
  ] as const) {
    const cwd = join(EXAMPLE, 'chain', folder);
    const options = ['-f', join(EXAMPLE, 'allowed_signers'), '-I', signer, '-n', 'corte@cotejo', '-s', 'corte.json.sig'];
    const input = await readFile(join(cwd, 'corte.json'));
    t.notThrows(() => execFileSync('ssh-keygen', ['-Y', 'verify', ...options], { cwd, input, stdio: 'pipe' }));
    t.throws(() => execFileSync('ssh-keygen', ['-Y', 'verify', ...options], { cwd, input: `${input.toString()} `, stdio: 'pipe' }));
    const { manifest, package: pack } = JSON.parse(input.toString()) as Record<'manifest' | 'package', { sha256: string }>;
    const sums = `${manifest.sha256}  SHA256SUMS\n${pack.sha256}  corte.tar.gz\n`;
    t.notThrows(() => execFileSync('sha256sum', ['-c', '--strict', '--quiet', '-'], { cwd, input: sums }));
  }
});
