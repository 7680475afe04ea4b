import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { decodeQR } from 'qr/decode.js';
import { acta } from '../../src/custodian/acta.ts';
import { inspect } from '../../src/custodian/inspect.ts';
import type { Trust } from '../../src/format/trust.ts';
import { heldTrustOf } from '../../src/verdict/trust-chain.ts';
import { makeCustodian, makeSigner, makeTrust, nextTrust, signTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { requires } from '../kit/requires.ts';

test('a signature that has not come yet is pending, which is no refusal', (t) => {
  const unsigned = acta(inspect({ bytes: signTrust(makeTrust()).bytes, signatures: [] }, null));
  t.regex(unsigned, /<td>pendiente<td/);
  t.notRegex(unsigned, /<td>(no|sí)<td/);
  t.notRegex(acta(inspect(signTrust(makeTrust()), null)), /<td>no<td/);
});

test('the QR of the acta says the code of integrity, as a camera reads it, also with a stain on it', (t) => {
  const trust = signTrust(makeTrust());
  const page = acta(inspect(trust, null));
  t.is(decodeQR(imageOf(page, () => false)), trust.sha256.toUpperCase());
  const stain = (x: number, y: number) => x > 20 && x < 25 && y > 20 && y < 25;
  t.is(decodeQR(imageOf(page, stain)), trust.sha256.toUpperCase());
});

/** The squares that the acta draws, as a picture. @param isStained modules that are black whatever is printed */
function imageOf(page: string, isStained: (x: number, y: number) => boolean) {
  const [, side = '0', path = ''] = /class="qr" viewBox="0 0 (\d+) [^>]*><path d="([^"]*)"/.exec(page) ?? [];
  const [size, scale] = [Number(side), 4];
  const width = size * scale;
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  const isBlack = new Set<string>();
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)/g))
    for (let i = 0; i < Number(length); i++) isBlack.add(`${Number(x) + i} ${y}`);
  for (let y = 0; y < width; y++)
    for (let x = 0; x < width; x++) {
      const [mx, my] = [Math.floor(x / scale), Math.floor(y / scale)];
      if (isBlack.has(`${mx} ${my}`) || isStained(mx, my)) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  return { width, height: width, data };
}

requires('chromium', ['chromium'])('the acta of a usual document is printed on one page', async (t) => {
  const folder = await makeFolder(t);
  const one = signTrust(makeTrust());
  const phases = [
    ...makeTrust().phases,
    { ...makeTrust().phases[0], name: 'simulacro-2' },
    { ...makeTrust().phases[0], name: 'simulacro-3' },
  ];
  const signers = ['ensayo-2', 'ensayo-3', 'firma-2', 'relevo-2', 'relevo-3'].map((name) => makeSigner(name, 'jornada', 37));
  const changes: Partial<Trust> = {
    title: 'PREP Coahuila 2018, Integrantes de los Ayuntamientos de los treinta y ocho municipios',
    threshold: 3,
    custodians: ['presidencia', 'cotaprep', 'auditor', 'contraloria', 'universidad'].map(makeCustodian),
    signers: [...makeTrust().signers.map((s) => ({ ...s, last: 36 })), ...signers],
    phases: phases as Trust['phases'],
  };
  const before = heldTrustOf(one.bytes);
  const pages = async (page: string) => {
    await writeFile(join(folder, 'acta.html'), page);
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}/profile`, '--no-pdf-header-footer'];
    execFileSync('chromium', [...flags, `--print-to-pdf=${folder}/acta.pdf`, `file://${folder}/acta.html`], { stdio: 'ignore' });
    return (await readFile(join(folder, 'acta.pdf'), 'latin1')).match(/\/Type\s*\/Page\b/g)?.length;
  };
  t.is(await pages(acta(inspect(one, null))), 1);
  t.is(await pages(acta(inspect(signTrust(nextTrust(one, changes)), before))), 1);
});
