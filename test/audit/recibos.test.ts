import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { auditChain } from '../../src/audit/chain.ts';
import { writeContradiction } from '../../src/audit/recibos/proof.ts';
import { auditRecibos, readPadron } from '../../src/audit/recibos/recibos.ts';
import { recibosJson, recibosText } from '../../src/audit/report/recibos.ts';
import { folderSource } from '../../src/audit/source/folder.ts';
import { httpSource } from '../../src/audit/source/http.ts';
import { recibosText as fileOf } from '../../src/format/recibos.ts';
import { inLanguage } from '../../src/format/said.ts';
import { contradictionsIn } from '../../src/verdict/recibos.ts';
import { cotejo, sh } from '../kit/command.ts';
import { type Corte, makeCorte, writeInChain } from '../kit/cortes.ts';
import { encode, makeTrust, signTrust, writeAnchor, writeTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { repository } from '../kit/programs.ts';
import { makeRecibo, PADRON, reciboCases } from '../kit/recibos.ts';
import { long, requires } from '../kit/requires.ts';
import { type Answering, serve, files as serving } from '../kit/web.ts';

/** What published receipts prove, by the command and by hand: one table, one answer. */

const trust = signTrust(makeTrust());
const padron = encode(PADRON);

/** Four cortes: the padrón came with the second, and the first three have other pages. */
function makeCortes(): Corte[] {
  const cortes: Corte[] = [];
  for (const number of [1, 2, 3, 4]) {
    const files = { 'index.html': `corte ${number}`, ...(number > 1 && { 'oficial/padron.json': padron }) };
    cortes.push(makeCorte({ trust, previous: cortes.at(-1) ?? null, files }));
  }
  return cortes;
}
const cortes = makeCortes();
const newest = { number: 4, sha256: cortes[3]!.sha256 };

async function makePlace(t: ExecutionContext) {
  const folder = await makeFolder(t);
  const [chain, recibos] = [join(folder, 'chain'), join(folder, 'recibos')];
  await writeTrust(trust, join(chain, 'trust/1.json'));
  for (const corte of cortes) await writeInChain(chain, corte);
  const anchor = await writeAnchor(trust, folder);
  await writeFile(join(folder, 'padron.json'), padron);
  const file = join(recibos, 'jornada/000004.json');
  await mkdir(dirname(file), { recursive: true });
  return { folder, chain, recibos, anchor, file };
}

async function openPlace(t: ExecutionContext) {
  const place = await makePlace(t);
  const source = await folderSource(place.chain);
  const audit = await auditChain(source, trust);
  const checked = audit.phases.find(({ summary }) => summary.phase === 'jornada')?.cortes ?? [];
  return { ...place, source, audit, checked, receipts: await folderSource(place.recibos) };
}

test('the padrón of a corte is read from the package that brought it, and an earlier corte has none', async (t) => {
  const { source, checked } = await openPlace(t);
  t.deepEqual((await readPadron(source, checked))?.padron, PADRON);
  t.deepEqual((await readPadron(source, checked.slice(0, 2)))?.padron, PADRON);
  t.is(await readPadron(source, checked.slice(0, 1)), null);
  t.is((await auditRecibos([], checked[0]!, null)).verdict, 'no-padron');
});

const names = (nodes: readonly { difusor: string; node: string }[]) =>
  nodes.map(({ difusor, node }) => `${difusor}/${node}`).sort();

test('every file of receipts of the table, as the command reads it', async (t) => {
  const { file, receipts, checked } = await openPlace(t);
  for (const { name, file: bytes, found } of reciboCases(newest)) {
    if (bytes === null) continue;
    await writeFile(file, bytes);
    const json = recibosJson({ audit: await auditRecibos([receipts], checked[3]!, PADRON), evidence: [] });
    t.deepEqual(json.nodes, { signed: found.signed, of: 4 }, name);
    t.deepEqual(json.difusores, { signed: found.difusores, of: 3 }, name);
    t.deepEqual(names(json.missing), found.missing, name);
    t.deepEqual(names(json.contrary), found.contrary ?? [], name);
    t.deepEqual(
      json.refused.map(({ code }) => code),
      found.refused ?? [],
      name,
    );
  }
});

test('no file of a corte is no verdict, and two places are taken together', async (t) => {
  const { receipts, recibos, file, checked } = await openPlace(t);
  t.like(await auditRecibos([receipts], checked[3]!, PADRON), { verdict: 'no-receipts', refused: [] });
  await writeFile(file, fileOf([makeRecibo(newest)]));
  const other = join(recibos, '../otros');
  await mkdir(join(other, 'jornada'), { recursive: true });
  await writeFile(join(other, 'jornada/000004.json'), fileOf([makeRecibo({ number: 4, sha256: 'ab'.repeat(32) })]));
  const both = await auditRecibos([receipts, await folderSource(other)], checked[3]!, PADRON);
  t.deepEqual(both.count?.contrary, [{ difusor: 'vanguardia', node: 'web1' }]);
  const text = recibosText({ audit: both, evidence: [] }, { told: (said) => inLanguage(said, 'es'), bold: (line) => line });
  t.true(text.startsWith('0 de 4 nodos, de 0 de 3 Difusores'), text);
});

test('receipts on a web server: a page in their place is none, without end is refused, and down is no verdict', async (t) => {
  const { checked } = await openPlace(t);
  const at = async (answering: Answering) => {
    const source = httpSource(await serve(t, answering), { stall: 5000, slowest: 1, tries: 1, pause: 1 });
    t.teardown(() => source.close());
    return auditRecibos([source], checked[3]!, PADRON);
  };
  const honest = serving(new Map([['jornada/000004.json', Buffer.from(fileOf([makeRecibo(newest)]))]]));
  t.is((await at(honest)).count?.signed.length, 1);
  const page = await at((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html>No hay'));
  t.like(page, { verdict: 'no-receipts', refused: [] });
  const endless = await at((_, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(65_536, ' ')) && !response.destroyed);
      response.once('drain', more);
    };
    more();
  });
  t.deepEqual(
    endless.refused.map(({ entry, code }) => [entry, code]),
    [[null, 'too-large']],
  );
  const down = await at((_, response) => response.writeHead(503).end());
  t.like(down, { verdict: 'no-receipts', refused: [] });
  t.is(down.unread.length, 1);
});

const withSsh = requires('openssh-client', ['ssh-keygen']);

withSsh('a node that signed for two cortes of one number is proven by files that anyone can check', async (t) => {
  const { folder, source, audit, checked, receipts, file } = await openPlace(t);
  const [corte] = checked.slice(-1);
  await writeFile(
    file,
    fileOf([makeRecibo(newest), makeRecibo({ number: 4, sha256: 'ab'.repeat(32) }), makeRecibo(newest, { difusor: 'zocalo' })]),
  );
  const { count } = await auditRecibos([receipts], corte!, PADRON);
  const found = contradictionsIn(count?.receipts ?? [], corte!.sha256);
  t.deepEqual(
    found.map(({ other, own }) => [other.difusor, own?.difusor]),
    [['vanguardia', 'vanguardia']],
  );
  for (const [i, one] of [found[0]!, { other: found[0]!.other, own: null }].entries()) {
    const parts = { source, corte: corte!, padron, trust: audit.trust.chain };
    const place = await writeContradiction(join(folder, `prueba-${i}`), one, parts);
    t.is(await writeContradiction(join(folder, `prueba-${i}`), one, parts), place, 'once more is the same proof');
    const block = /```sh\n([^`]*)```/.exec(await readFile(join(place, 'README.md'), 'utf8'))?.[1] ?? '';
    t.true(block.split('\n').length > 8);
    execFileSync('bash', ['-ec', block], { cwd: place, stdio: 'pipe' });
    await writeFile(
      join(place, 'uno/acuse.json'),
      (await readFile(join(place, 'uno/acuse.json'), 'utf8')).replace('20:30:41', '20:30:40'),
    );
    t.throws(() => execFileSync('bash', ['-ec', block], { cwd: place, stdio: 'pipe' }));
  }
});

test('a proof that could not be written whole is none, and the next audit writes it', async (t) => {
  const { folder, source, audit, checked } = await openPlace(t);
  const [corte] = checked.slice(-1);
  const receipts = [makeRecibo({ number: 4, sha256: 'ab'.repeat(32) })];
  const at = join(folder, 'recibos/jornada/000004.json');
  await writeFile(at, fileOf(receipts));
  const { count } = await auditRecibos([await folderSource(join(folder, 'recibos'))], corte!, PADRON);
  const [one] = contradictionsIn(count?.receipts ?? [], corte!.sha256);
  const parts = { source, corte: corte!, padron, trust: audit.trust.chain };
  const evidence = join(folder, 'prueba');
  await t.throwsAsync(writeContradiction(evidence, one!, { ...parts, padron: 7 as never }));
  t.deepEqual(await readdir(evidence), []);
  const place = await writeContradiction(evidence, one!, parts);
  const files = await readdir(place);
  t.deepEqual(files.sort(), [
    'README.md',
    'SHA256SUMS',
    'allowed_signers',
    'corte.json',
    'corte.json.sig',
    'padron.json',
    'trust.json',
    'uno',
  ]);
  t.is(await writeContradiction(evidence, one!, parts), place);
  t.is((await readdir(evidence)).length, 1, 'nothing is left beside it');
  t.is((await stat(place)).mode, (await stat(evidence)).mode, 'whoever may read the folder may read the proof');
});

withSsh('the command: members, statuses, the page and the proof', async (t) => {
  const { folder, chain, recibos, anchor, file } = await makePlace(t);
  const [page, evidence] = [join(folder, 'informe.html'), join(folder, 'prueba')];
  const args = ['audit', 'chain', chain, '--anchor', anchor, '--recibos', recibos, '--evidence', evidence, '--json'];
  const none = await cotejo(args);
  t.is(none.status, 3, none.stderr);
  t.like(JSON.parse(none.stdout).recibos, { verdict: 'no-receipts' });
  t.true(JSON.parse(none.stdout).not_checked.includes('recibos'));
  await writeFile(file, fileOf([makeRecibo(newest), makeRecibo(newest, { difusor: 'zocalo' })]));
  const good = await cotejo([...args, '--html', page]);
  t.is(good.status, 0, good.stderr);
  const { recibos: counted, checked, phases } = JSON.parse(good.stdout);
  t.deepEqual(
    phases.map(({ receipts }: { receipts: unknown }) => receipts),
    [null, { nodes: 2, of: 4, difusores: 2, of_difusores: 3 }],
  );
  t.true(checked.includes('recibos'));
  t.deepEqual(counted, {
    phase: 'jornada',
    number: 4,
    verdict: 'counted',
    nodes: { signed: 2, of: 4 },
    difusores: { signed: 2, of: 3 },
    signed: [
      { difusor: 'vanguardia', node: 'web1' },
      { difusor: 'zocalo', node: 'web1' },
    ],
    admitted: [],
    contrary: [],
    missing: [
      { difusor: 'vanguardia', node: 'web2' },
      { difusor: 'canal-7', node: 'web1' },
    ],
    unknown: 0,
    refused: [],
    unread: [],
    evidence: [],
  });
  t.true((await readFile(page, 'utf8')).includes('2 de 4 nodos, de 2 de 3 Difusores'));
  await writeFile(file, fileOf([makeRecibo(newest), makeRecibo({ number: 4, sha256: 'ab'.repeat(32) }, { difusor: 'zocalo' })]));
  const two = await cotejo(args);
  t.is(two.status, 1);
  t.is((await readdir(evidence)).length, 1);
  t.like(JSON.parse(two.stdout).recibos, { contrary: [{ difusor: 'zocalo', node: 'web1' }] });
  const down = (await serve(t, (_, response) => response.writeHead(503).end())).href;
  const [unwritable, nowhere] = [`${anchor}/prueba`, join(folder, 'none/x.html')];
  const told = await cotejo([...args.slice(0, 7), down, '--evidence', unwritable, '--html', nowhere, '--json']);
  t.is(told.status, 1, 'neither a place that is down nor what can not be written hides it');
  t.like(JSON.parse(told.stdout), {
    recibos: { contrary: [{ difusor: 'zocalo', node: 'web1' }], unread: [{ place: down }], evidence: [] },
    failed: [{ what: 'html', code: null }],
  });
  await writeFile(file, fileOf([makeRecibo(newest)]));
  const partly = await cotejo([...args.slice(0, 7), down, '--json']);
  t.is(partly.status, 3, partly.stderr);
  t.true(partly.stderr.includes(down), 'whoever reads the status alone is told why');
  t.like(JSON.parse(partly.stdout).recibos, { verdict: 'counted', nodes: { signed: 1, of: 4 } });
  t.true(JSON.parse(partly.stdout).not_checked.includes('recibos'));
  const without = await cotejo([...args.slice(0, 5), '--acuses', join(folder, 'none'), '--json']);
  t.is(without.status, 3);
  t.like(JSON.parse(without.stdout), { refused: null, failed: [{ what: 'acuses', code: null }] });
  t.is((await cotejo([...args, '--corte', '9'])).status, 3);
  t.is((await cotejo([...args.slice(0, 5), '--corte', '4'])).status, 2);
  await writeFile(join(chain, 'jornada/000003/corte.json'), '{}');
  const broken = await cotejo([...args, '--corte', '4']);
  t.is(broken.status, 1, 'what receipts can no longer be counted of is broken all the same');
  t.like(JSON.parse(broken.stdout), { refused: { phase: 'jornada', number: 3 } });
  t.regex(broken.stderr, /jornada 3: signature-invalid/);
});

const script = join(repository(), 'docs/verificar-recibos.sh');
const byHand = (folder: string, file: string) =>
  sh(`sh ${script} ${folder}/chain/jornada/000004 ${folder}/padron.json ${file}`, repository());

test('the script for receipts is one that a person can read: 180 lines of 100 characters at most', async (t) => {
  const lines = (await readFile(script, 'utf8')).trimEnd().split('\n');
  t.true(lines.length <= 180, `${lines.length} lines`);
  t.deepEqual(
    lines.filter((line) => [...line].length > 100),
    [],
  );
});

/** In the suite the last file of each answer; `npm run soak:by-hand` checks all of them, each by some fifty programs. */
const BY_HAND = (() => {
  const all = reciboCases(newest);
  if (process.env['COTEJO_SOAK'] === '1') return all;
  const answers = ({ file, found: { refused, status, contrary, admitted, unknown } }: (typeof all)[number]) =>
    JSON.stringify([file === null, refused, status, contrary, admitted, unknown]);
  return [...new Map(all.map((one) => [answers(one), one])).values()];
})();

long(withSsh)('by hand, every file of receipts of the table has the same answer', async (t) => {
  const { folder, file } = await makePlace(t);
  for (const { name, file: bytes, found } of BY_HAND) {
    if (bytes !== null) await writeFile(file, bytes);
    const { status, stdout, stderr } = await byHand(folder, bytes === null ? `${file}.no` : file);
    t.is(status, found.status, `${name}: ${stdout}${stderr}`);
    const count = `jornada, corte 4: ${found.signed} de 4 nodos, de ${found.difusores} de 3 Difusores`;
    const isWhole = found.refused?.length === 1 && found.missing.length === 4;
    if (bytes === null || isWhole) continue;
    t.true(stdout.startsWith(count), `${name}: ${stdout}`);
    const listed = /^sin acuse: (.*)$/m.exec(stdout)?.[1]?.split(' ').sort() ?? [];
    t.deepEqual(listed, found.missing, name);
    t.is(stderr.match(/^acuse \d+: /gm)?.length ?? 0, found.refused?.length ?? 0, `${name}: ${stderr}`);
    t.is(/nada: (\d+)$/m.exec(stdout)?.[1] ?? '0', String(found.unknown ?? 0), name);
  }
});

withSsh('by hand, another padrón, another list and no padrón are told as that', async (t) => {
  const { folder, chain, file } = await makePlace(t);
  await writeFile(file, fileOf([makeRecibo(newest)]));
  t.is((await byHand(folder, file)).status, 0);
  await writeFile(join(folder, 'padron.json'), encode({ ...PADRON, institute: 'https://otro.example/' }));
  t.is((await byHand(folder, file)).status, 1);
  await writeFile(join(folder, 'padron.json'), padron);
  await writeFile(join(chain, 'jornada/000004/SHA256SUMS'), 'x');
  t.is((await byHand(folder, file)).status, 1);
  t.is((await sh(`sh ${script} ${chain}/jornada/000004 ${folder}/nada.json ${file}`, repository())).status, 3);
  t.is((await sh(`sh ${script} ${chain}`, repository())).status, 2);
});
