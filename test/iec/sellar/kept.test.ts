import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { readSellar } from '../../../src/iec/sellar/estado.ts';
import { type Authority, honest, makeAuthority } from '../../kit/authority.ts';
import { makeCorte, writeInChain } from '../../kit/cortes.ts';
import { FAKETIME } from '../../kit/faketime.ts';
import { requires } from '../../kit/requires.ts';
import { makeStage, opened, trust } from './stage.ts';

/** What is kept of the tokens and beside them, whatever a killed pass, a disowned corte or a damaged file left. */

const withOpenssl = requires('openssl and libfaketime', ['openssl', FAKETIME]);
let authorities: Record<'uno' | 'dos', Authority>;

test.before(async () => {
  authorities = { uno: await makeAuthority(), dos: await makeAuthority() };
});
test.after.always(async () => (await opened).close());

const ALL = ['000001.dos.tsr', '000001.uno.tsr', '000002.dos.tsr', '000002.uno.tsr'];

withOpenssl('what a killed pass left is swept, and what it had not kept is asked for', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  await mkdir(iec.sellos, { recursive: true });
  await writeFile(join(iec.sellos, '000001.uno.tsr.4194300.new'), 'half');
  await writeFile(join(iec.sellos, '000001.dos.tsr'), ''); // whatever wrote that
  await writeFile(join(iec.folder, 'sellar/sellar.json'), '{"phase":');
  t.is((await iec.pass()).autoridades[1]?.pending, 0);
  t.deepEqual(await iec.files(), ['000001.dos.tsr', '000001.uno.tsr']);
  t.true((await iec.read('000001.dos.tsr')).length > 500);
});

withOpenssl('a token of a corte that was disowned is put aside, whatever hours the files have', async (t) => {
  const iec = await makeStage(t, authorities);
  await iec.pass();
  const [first, second] = [await iec.read('000001.uno.tsr'), await iec.read('000002.uno.tsr')];
  await rm(join(iec.chain, 'jornada/000002'), { recursive: true });
  t.is((await iec.pass()).head, 1); // nothing is moved as long as there is no other corte 2
  t.deepEqual(await iec.files(), ALL);
  t.is(iec.served.uno.queries.length, 2);
  await writeInChain(iec.chain, makeCorte({ trust, previous: iec.made[0]!, files: { 'index.html': 'otro' } }));
  const old = new Date('2018-07-02T00:00:00Z'); // by a clock that was behind, or from another machine
  await utimes(join(iec.chain, 'jornada/000002/corte.json.sig'), old, old);
  t.is((await iec.pass()).autoridades[0]?.pending, 0);
  t.deepEqual(await iec.read('000001.uno.tsr'), first);
  t.notDeepEqual(await iec.read('000002.uno.tsr'), second);
  const aside = await readdir(join(iec.folder, 'sellar/otros/jornada'));
  t.is(aside.length, 2);
  const hash = createHash('sha256').update(second).digest('hex').slice(0, 16);
  t.deepEqual(await readFile(join(iec.folder, `sellar/otros/jornada/${hash}-000002.uno.tsr`)), second);
});

withOpenssl('what a token was checked against may be lost, and a token that was damaged since is asked for again', async (t) => {
  const iec = await makeStage(t, authorities);
  await iec.pass();
  const token = await iec.read('000001.uno.tsr');
  const checked = join(iec.folder, 'sellar/cotejados/jornada');
  t.deepEqual((await readdir(checked)).sort(), ALL);
  await rm(checked, { recursive: true });
  await iec.pass();
  t.deepEqual((await readdir(checked)).sort(), ALL);
  await writeFile(join(checked, '000001.uno.tsr'), 'half of i');
  await iec.pass();
  t.is(iec.served.uno.queries.length, 2);
  token[token.length - 1]! ^= 1;
  await writeFile(join(iec.sellos, '000001.uno.tsr'), token);
  t.is((await iec.pass()).autoridades[0]?.pending, 0);
  t.is(iec.served.uno.queries.length, 3);
  t.notDeepEqual(await iec.read('000001.uno.tsr'), token);
});

withOpenssl('a folder that can not be written ends the pass, and is no authority’s doing', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  iec.behaviour.uno.now = async (...asked) => {
    await rm(iec.sellos, { recursive: true });
    await writeFile(iec.sellos, '');
    await honest(...asked);
  };
  iec.behaviour.dos.now = (response) => void response.writeHead(500).end();
  await t.throwsAsync(iec.pass());
  const estado = await readSellar(join(iec.folder, 'sellar'));
  t.deepEqual(
    estado?.autoridades.map(({ trouble }) => trouble?.code ?? null),
    [null, 'status'],
  );
});

withOpenssl('what is known of the authorities is there for the panel, in both languages', async (t) => {
  const iec = await makeStage(t, authorities, 1);
  iec.behaviour.uno.now = (response) => void response.writeHead(500).end();
  await iec.pass();
  const estado = await readSellar(join(iec.folder, 'sellar'));
  t.like(estado, { phase: 'jornada', head: 1 });
  const [uno] = estado!.autoridades;
  t.is(uno?.trouble?.code, 'status');
  t.not(uno?.trouble?.detail.es, uno?.trouble?.detail.en);
  const view = await viewChain(iec.chain, 'jornada');
  t.is(view.head, 1);
});
