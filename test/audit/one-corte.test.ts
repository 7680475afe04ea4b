import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { auditCorte } from '../../src/audit/one-corte.ts';
import { Refusal } from '../../src/format/refusal.ts';
import { BROKEN_CHAINS, filesOf, goodChain, writeFiles } from '../kit/broken-chains.ts';
import { makeCorte } from '../kit/cortes.ts';
import { makeSigner, nextTrust, signTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';

const good = goodChain();
const [anchor, second] = good.trusts;

async function place(t: ExecutionContext): Promise<string> {
  return (await writeFiles(await makeFolder(t), filesOf(good))).chain;
}

test('each corte of a good chain is good by itself', async (t) => {
  const chain = await place(t);
  for (const number of [1, 2, 3, 4, 5]) {
    for (const pinned of [anchor, second]) {
      const audit = await auditCorte(join(chain, `jornada/00000${number}`), pinned);
      t.is(audit.statement.number, number);
      t.is(audit.unchecked.length, number === 1 ? 0 : 1);
    }
  }
});

test('away from its chain a corte is checked by the anchor alone', async (t) => {
  const chain = await place(t);
  const folder = join(await makeFolder(t), 'usb');
  await rename(join(chain, 'jornada/000003'), folder);
  t.is((await auditCorte(folder, anchor)).signer.name, 'firma-1');
  t.is((await auditCorte(folder, second)).unchecked.length, 2);
  const late = join(await makeFolder(t), 'usb');
  await rename(join(chain, 'jornada/000004'), late);
  await t.throwsAsync(auditCorte(late, anchor), { name: 'HintedError' }, 'the document that it names is not at hand');
  t.is((await auditCorte(late, second)).statement.number, 4);
});

test('a number below a folder that is no phase announces nothing, and a key of a newer document can not be told', async (t) => {
  const chain = await place(t);
  const folder = join(await makeFolder(t), 'respaldo/000007');
  await mkdir(dirname(folder));
  await rename(join(chain, 'jornada/000003'), folder);
  t.is((await auditCorte(folder, anchor)).statement.number, 3);
  const named = join(dirname(folder), 'copia-000007');
  await rename(folder, named);
  t.is((await auditCorte(named, anchor)).statement.number, 3);
  await rename(named, join(chain, 'jornada/000007'));
  t.is(await codeOf(auditCorte(join(chain, 'jornada/000007'), anchor)), 'statement-malformed');

  const third = signTrust(nextTrust(second, { signers: [...second.document.signers, makeSigner('firma-9', 'jornada')] }));
  const corte = makeCorte({ trust: third, signer: 'firma-9', files: { 'index.html': 'x' } });
  const alone = join(dirname(folder), 'sola');
  await mkdir(alone);
  for (const [name, bytes] of Object.entries(corte.files)) await writeFile(join(alone, name), bytes);
  await t.throwsAsync(auditCorte(alone, second), { name: 'HintedError' });
  t.is((await auditCorte(alone, third)).signer.name, 'firma-9');
});

// What is wrong within one corte is found with that corte alone; wrong links and what a package leaves out need the
// rest.
const NEED_OTHERS = ['a content that no package brings', 'sizes that do not add up', 'a trust is named that never was'];
for (const { name, breakIt, expected, needsPackages } of BROKEN_CHAINS) {
  if (!needsPackages || NEED_OTHERS.includes(name)) continue;
  test(`found in one corte: ${name}`, async (t) => {
    const files = filesOf(good);
    breakIt(files, good);
    const { chain } = await writeFiles(await makeFolder(t), files);
    t.is(await codeOf(auditCorte(join(chain, `jornada/00000${expected.number}`), anchor)), expected.code);
  });
}

test('a corte in a folder of another name, with an extra file, or with a link', async (t) => {
  const chain = await place(t);
  const folder = join(chain, 'jornada/000002');
  await rename(folder, join(chain, 'jornada-000009'));
  t.is(await codeOf(auditCorte(join(chain, 'jornada-000009'), anchor)), 'statement-malformed');
  await rename(join(chain, 'jornada-000009'), folder);
  await writeFile(join(folder, 'nota.txt'), '');
  t.is(await codeOf(auditCorte(folder, anchor)), 'delivery-malformed');
  await rename(join(folder, 'nota.txt'), join(chain, 'nota.txt'));
  await rename(join(folder, 'corte.tar.gz'), join(chain, 'p'));
  await symlink('../../p', join(folder, 'corte.tar.gz'));
  t.is(await codeOf(auditCorte(folder, anchor)), 'delivery-malformed');
});

async function codeOf(audit: Promise<unknown>): Promise<string | null> {
  try {
    await audit;
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
