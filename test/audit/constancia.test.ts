import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type Constancia } from '../../src/format/constancia.ts';
import { BROKEN_CHAINS, filesOf } from '../kit/broken-chains.ts';
import { cotejo } from '../kit/command.ts';
import { makeConstancia } from '../kit/constancia.ts';
import { makeCorte } from '../kit/cortes.ts';
import { encode, makeTrust, signTrust } from '../kit/election.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, type TestKey } from '../kit/keys.ts';
import { makeRecibo, PADRON } from '../kit/recibos.ts';
import { bare, check, fifth, first, fourth, good, second, text, writeChain } from './constancia-stage.ts';

/** A constancia is checked again by whoever gets it, by itself and with a chain. */

test('a constancia proves of itself that the corte was signed, and by an anchor of either version', async (t) => {
  const { chain } = await writeChain(t);
  const alone = await check(makeConstancia(good));
  t.like(alone, { number: 5, corte: fifth.sha256, trust: { anchor: 1, version: 2 }, in_chain: null, refused: null });
  t.deepEqual(alone.checked, ['form', 'trust', 'signature', 'members']);
  t.deepEqual(alone.not_checked, ['padron', 'chain', 'shown', 'hour', 'newest']);
  const inChain = await check(makeConstancia(good), { chain });
  t.like(inChain, { in_chain: 'same', refused: null });
  t.true(inChain.checked.includes('chain'));
  t.like(await check(makeConstancia(good), { by: second }), { number: 5, refused: null });
});

test('what can not be told is not refused: a gap in the trust, and a corte that the chain has not', async (t) => {
  const { chain } = await writeChain(t);
  const constancia = makeConstancia(good);
  const without = { ...constancia, documents: { ...constancia.documents, trust: [] } };
  const gap = await check(without);
  t.like(gap, { number: null, refused: null });
  t.false(gap.checked.includes('signature'));
  t.like(await check(without, { chain }), { number: 5, in_chain: 'same' }, 'the chain has the documents');
  const files = filesOf(good);
  for (const path of files.keys()) if (path.startsWith('jornada/000005/')) files.delete(path);
  const shorter = await writeChain(t, files);
  t.like(await check(constancia, { chain: shorter.chain }), { in_chain: 'absent', refused: null });
});

test('another corte of the number in the chain, signed too, is told as two histories', async (t) => {
  const { chain } = await writeChain(t);
  const twin = makeCorte({ trust: second, signer: 'relevo-1', previous: fourth, files: { 'index.html': 'otro' } });
  const constancia = makeConstancia({ ...good, jornada: [...good.jornada.slice(0, 4), twin] as never });
  t.like(await check(constancia), { number: 5, refused: null });
  const told = await check(constancia, { chain });
  t.like(told, { found: 'fork', in_chain: 'other', refused: { at: 'documents.corte', code: 'fork' } });
  t.notRegex(await text(constancia, { chain }), /creerle/, 'whoever has the proof of two histories is believed');
});

/** As a reader saved it while the key of firma-1 was stolen, before trust 2 ended it at corte 3. */
function savedDuringTheft(): Constancia {
  const stolen = makeCorte({ trust: first, signer: 'firma-1', previous: good.jornada[2], files: { 'index.html': 'ladrón' } });
  const { number, taken_at, manifest } = stolen.statement;
  const constancia = makeConstancia(good);
  const signer = first.document.signers.find(({ name }) => name === 'firma-1')!;
  return {
    ...constancia,
    trust: { version: 1, sha256: first.sha256 },
    corte: { ...constancia.corte, number, taken_at, sha256: stolen.sha256, signer: signer.name, key: signer.key },
    files: { ...constancia.files!, listed: manifest.files },
    not_checked: ['newer', 'packages', 'others', 'truth'],
    documents: {
      trust: constancia.documents.trust.slice(0, 1),
      corte: String(stolen.files['corte.json']),
      signature: String(stolen.files['corte.json.sig']),
    },
  };
}

test('what was saved during a theft is told as signed and disowned since, and what is changed in it, as wrong', async (t) => {
  const { chain } = await writeChain(t);
  const constancia = savedDuringTheft();
  t.like(await check(constancia), { found: 'signed', number: 4, refused: null });
  const refused = { at: 'documents.signature', code: 'signer-out-of-range' };
  const told = await check(constancia, { chain });
  t.like(told, { found: 'disowned', number: 4, in_chain: 'other', refused });
  t.true(told.checked.includes('signature'));
  t.notRegex(await text(constancia, { chain }), /creerle/);
  t.like(await check(constancia, { by: second }), { found: 'disowned', refused }, 'by a newer anchor, and no chain');
  const changed = { ...constancia, corte: { ...constancia.corte, final: true } };
  t.like(await check(changed, { chain }), { found: 'wrong', refused: { at: 'corte.final' } });
  t.regex(await text(changed, { chain }), /creerle/);
  const without = { ...constancia, documents: { ...constancia.documents, trust: [] } };
  t.like(await check(without, { by: second }), { found: 'unknown', refused: null }, 'whether the key was ever good is not at hand');
  t.like(await check({ ...constancia, trust: { version: 2, sha256: second.sha256 } }, { chain }), { found: 'wrong' });
});

test('two trust documents that the custodians signed are a proof in whoever’s hands', async (t) => {
  const { chain } = await writeChain(t);
  const twin = signTrust({ ...second.document, title: 'Otra elección' });
  const constancia = makeConstancia({ ...good, trusts: [first, twin] });
  const told = await check(constancia, { chain });
  t.like(told, { found: 'fork', number: null, refused: { at: 'documents.trust[1]', code: 'trust-fork' } });
  t.notRegex(await text(constancia, { chain }), /creerle/);
  const forged = signTrust({ ...second.document, title: 'Otra elección' }, { auditor: makeKey('otro') });
  t.like(await check(makeConstancia({ ...good, trusts: [first, forged] }), { chain }), { found: 'wrong' });
});

test('a chain whose trust document is broken says nothing against a constancia that has the sound one', async (t) => {
  const { breakIt } = BROKEN_CHAINS.find(({ name }) => name === 'trust 2 is signed by too few')!;
  const files = filesOf(good);
  breakIt(files, good);
  const { chain } = await writeChain(t, files);
  t.like(await check(makeConstancia(good), { chain }), { found: 'signed', number: 5, in_chain: 'absent', refused: null });
});

test('a hash of a trust document that is not at hand is not told, and no comparison of it counts as made', async (t) => {
  const constancia = makeConstancia(good);
  const anchor = { ...constancia.anchor, sha256: 'ab'.repeat(32) };
  const without = { ...constancia, anchor, documents: { ...constancia.documents, trust: [] } };
  const told = await check(without, { by: second });
  t.like(told, { found: 'signed', number: 5, untold: ['anchor.sha256'], refused: null });
  t.true(told.checked.includes('signature'));
  t.false(told.checked.includes('members'));
  t.regex(await text(without, { by: second }), /nada demuestra[^]*abababab/, 'it stands below what is only said');
  const { chain } = await writeChain(t);
  t.like(await check(without, { by: second, chain }), { refused: { at: 'anchor.sha256' } }, 'the chain has that document');
  t.like(await check(makeConstancia(good), { by: second }), { untold: [] });
});

test('by another’s anchor it proves nothing', async (t) => {
  const custodians = [{ name: 'otro', key: makeKey('otro').publicKey }];
  const stranger = signTrust(makeTrust({ custodians, threshold: 1 }), ['otro']);
  t.is((await check(makeConstancia(good), { by: stranger })).refused?.at, 'documents.trust[0]');
});

test('contrary receipts that it encloses are checked, by the key that it says', async (t) => {
  const corte = { number: 5, sha256: 'ab'.repeat(32) };
  const key = makeKey('acuse of vanguardia web1').publicKey;
  const withReceipt = ([acuse, signature]: readonly [string, string], changes: object = {}) => {
    const constancia = makeConstancia(good);
    const contrary = [{ difusor: 'vanguardia', node: 'web1', key, acuse, signature, ...changes }];
    return { ...constancia, recibos: { ...constancia.recibos!, contrary } };
  };
  t.like(await check(withReceipt(makeRecibo(corte))), { contrary: 0, said: { contrary: 1 }, refused: null });
  const wrong = [
    withReceipt(makeRecibo({ number: 5, sha256: fifth.sha256 })),
    withReceipt(makeRecibo({ ...corte, number: 4 })),
    withReceipt(makeRecibo(corte), { node: 'web2' }),
    withReceipt(makeRecibo(corte), { key: makeKey('otra').publicKey }),
    withReceipt([makeRecibo(corte)[0], makeRecibo({ ...corte, number: 4 })[1]]),
  ];
  const crowd = withReceipt(makeRecibo(corte));
  t.is(
    (await check({ ...crowd, recibos: { ...crowd.recibos, of: 1 } })).refused?.at,
    'recibos.nodes',
    'a contrary node is none that signed',
  );
  const twice = withReceipt(makeRecibo(corte));
  const [one] = twice.recibos.contrary;
  wrong.push({ ...twice, recibos: { ...twice.recibos, contrary: [one, { ...one! }] as never } });
  for (const constancia of wrong) t.regex((await check(constancia)).refused?.at ?? '', /^recibos\.contrary\[[01]\]/);
});

test('how many nodes and Difusores there are is the padrón’s to say, and no constancia’s', async (t) => {
  const { chain } = await writeChain(t);
  const base = makeConstancia(good);
  const saying = (recibos: object) => ({ ...base, recibos: { ...base.recibos!, ...recibos } });
  const [nodes, difusores] = [PADRON.difusores.flatMap((one) => one.nodes).length, PADRON.difusores.length];
  const right = await check(saying({ of: nodes, of_difusores: difusores }), { chain });
  t.like(right, { found: 'signed', refused: null });
  t.true(right.checked.includes('padron'));
  const alone = await check(saying({ of: nodes + 1, of_difusores: difusores }));
  t.is(alone.refused, null, 'without a chain there is no padrón');
  t.true(alone.not_checked.includes('padron'));
  const wrong = async (recibos: object) => (await check(saying(recibos), { chain })).refused?.at;
  t.is(await wrong({ of: nodes + 47, of_difusores: difusores }), 'recibos.of');
  t.is(await wrong({ of: nodes, of_difusores: difusores + 1 }), 'recibos.of_difusores');
  t.is(
    await wrong({ nodes: nodes, difusores: 1, of: nodes, of_difusores: difusores }),
    'recibos.nodes',
    'more than one Difusor has',
  );
  // A corte without a padrón has no nodes that could have been counted.
  const without = await writeChain(t, filesOf(bare));
  t.is((await check(makeConstancia(bare), { chain: without.chain })).refused?.at, 'recibos');
  // A chain that does not have the padrón says nothing of it.
  await rm(join(chain, 'jornada/000005/corte.tar.gz'));
  t.is(await wrong({ of: nodes + 47, of_difusores: difusores }), undefined);
});

test('a contrary receipt is proven by the padrón of the corte alone, which only a chain has', async (t) => {
  const { chain } = await writeChain(t);
  const base = makeConstancia(good);
  const withKey = (key: TestKey, { node = 'web1' } = {}) => {
    const [acuse, signature] = makeRecibo({ number: 5, sha256: 'ab'.repeat(32) }, { key, node });
    const contrary = [{ difusor: 'vanguardia', node, key: key.publicKey, acuse, signature }];
    return { ...base, recibos: { ...base.recibos!, contrary } };
  };
  const [theirs, anybody] = [makeKey('acuse of vanguardia web1'), makeKey('cualquiera')];
  const isSaid = /lo que dice quien la hizo[^]*dice que vanguardia/;
  t.like(await check(withKey(theirs), { chain }), { contrary: 1, said: { contrary: 0 }, refused: null });
  t.notRegex(await text(withKey(theirs), { chain }), isSaid);
  const said = { contrary: 0, said: { contrary: 1 }, refused: null };
  for (const [constancia, by] of [
    [withKey(theirs), {}],
    [withKey(anybody), {}],
    [withKey(anybody), { chain }],
    [withKey(theirs, { node: 'web2' }), { chain }],
  ] as const) {
    t.like(await check(constancia, by), said);
    t.regex(await text(constancia, by), isSaid, 'it stands below what is only said');
  }
  await rm(join(chain, 'jornada/000005/corte.tar.gz'));
  t.like(await check(withKey(theirs), { chain }), said, 'a chain that does not have the padrón proves no key');
});

test('the command: its exit statuses, and what nobody can prove, in either language', async (t) => {
  const { chain, anchor } = await writeChain(t);
  const folder = await makeFolder(t);
  const [file, tampered, gap] = ['good.json', 'tampered.json', 'gap.json'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const constancia = makeConstancia(good);
  await writeFile(file, encode(constancia));
  await writeFile(tampered, encode({ ...constancia, corte: { ...constancia.corte, number: 6 } }));
  await writeFile(gap, encode({ ...constancia, documents: { ...constancia.documents, trust: [] } }));
  const run = (...args: string[]) => cotejo(['audit', 'constancia', ...args, '--anchor', anchor], undefined, { LC_ALL: 'C' });
  const english = await run(file, '--chain', chain);
  t.is(english.status, 0, english.stderr);
  t.regex(english.stdout, /corte 5 of jornada was signed[^]*nothing proves[^]*no proof of\s+that the site showed/);
  const wrong = await run(tampered, '--json');
  t.is(wrong.status, 1);
  t.is((JSON.parse(wrong.stdout) as { refused: { at: string } }).refused.at, 'corte.number');
  t.is((await run(tampered, '--chain', 'nowhere')).status, 1, 'no chain is needed to see it');
  const unread = await run(file, '--chain', 'nowhere', '--json');
  t.is(unread.status, 3);
  t.like(JSON.parse(unread.stdout), { found: 'signed', in_chain: null });
  const noFile = await run(folder);
  t.is(noFile.status, 3);
  t.true(noFile.stderr.includes(folder), noFile.stderr);
  const unknown = await run(gap);
  t.is(unknown.status, 3);
  t.regex(unknown.stderr, /hint: --chain/);
  await rm(join(chain, 'jornada/000002/corte.json'));
  const broken = await run(file, '--chain', chain, '--json');
  t.is(broken.status, 1, 'the chain itself is broken');
  t.like(JSON.parse(broken.stdout), { found: 'signed', refused: { at: 'chain', phase: 'jornada', number: 2 } });
  const spanish = await cotejo(['audit', 'constancia', file, '--anchor', anchor], undefined, { LC_ALL: 'es_MX.UTF-8' });
  t.regex(spanish.stdout, /el corte 5 de jornada fue firmado[^]*nada demuestra[^]*qué no demuestra\s+que el sitio haya mostrado/);
});
