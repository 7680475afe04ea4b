import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
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
