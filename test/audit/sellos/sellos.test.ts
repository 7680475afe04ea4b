import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { auditChain } from '../../../src/audit/chain.ts';
import { auditSellos } from '../../../src/audit/sellos/sellos.ts';
import { folderSource } from '../../../src/audit/source/folder.ts';
import { type Authority, makeAuthority } from '../../kit/authority.ts';
import { cotejo, sh } from '../../kit/command.ts';
import { type Corte, makeCorte, writeInChain } from '../../kit/cortes.ts';
import { at, makeTrust, signTrust, writeAnchor, writeTrust } from '../../kit/election.ts';
import { makeFolder, writeFiles } from '../../kit/folders.ts';
import { blocksOf } from '../../kit/guide.ts';
import { repository } from '../../kit/programs.ts';
import { requires } from '../../kit/requires.ts';

/** What tokens say of a chain that is good without them: how far it is sealed, and what is not as it should be. */

const withOpenssl = requires('openssl', ['openssl']);
/** The clock of an authority is this machine's, so the night is now. */
const NOW = Date.now();
const trust = signTrust(makeTrust({ now: NOW - 3 * 3_600_000 }));
let [uno, dos]: Authority[] = [];

test.before(async () => {
  [uno, dos] = [await makeAuthority(), await makeAuthority()];
});

/** Cortes 1 to 4, ten minutes apart, the last one of some minutes ago; whatever is stamped is stamped now. */
function makeNight(lastMinutesAgo = 5, spread = 10): Corte[] {
  const cortes: Corte[] = [];
  for (const number of [1, 2, 3, 4]) {
    const takenAt = at(NOW - (lastMinutesAgo + (4 - number) * spread) * 60_000);
    cortes.push(makeCorte({ trust, previous: cortes.at(-1) ?? null, files: { 'index.html': `corte ${number}` }, takenAt }));
  }
  return cortes;
}

async function makePlace(t: ExecutionContext, cortes = makeNight()) {
  const folder = await makeFolder(t);
  const chain = join(folder, 'chain');
  await writeTrust(trust, join(chain, 'trust/1.json'));
  for (const corte of cortes) await writeInChain(chain, corte);
  const [sellos, autoridades] = [join(folder, 'sellos'), join(folder, 'autoridades')];
  await mkdir(join(sellos, 'jornada'), { recursive: true });
  await writeFiles(autoridades, { 'uno.pem': uno!.pem, 'dos.pem': dos!.pem });
  const anchor = await writeAnchor(trust, folder);
  return {
    folder,
    sellos,
    autoridades,
    cortes,
    put: (name: string, bytes: Uint8Array | string) => writeFile(join(sellos, 'jornada', name), bytes),
    stamp: (authority: Authority, number: number) => authority.stamp(cortes[number - 1]!.files['corte.json']),
    async audit() {
      const source = await folderSource(chain);
      const { phases } = await auditChain(source, trust);
      const audit = await auditSellos({ place: await folderSource(sellos), autoridades, phases, now: Date.now() });
      return { ...audit, jornada: audit.phases.find(({ phase }) => phase === 'jornada')! };
    },
    run: (...more: string[]) =>
      cotejo(['audit', 'chain', chain, '--anchor', anchor, '--sellos', sellos, '--autoridades', autoridades, ...more]),
  };
}

interface Told {
  phases: { phase: string; sealed?: object }[];
  checked: string[];
  not_checked: string[];
  sellos: { tokens: number; contrary: object[]; refused: object[] };
}

withOpenssl('how far a phase is sealed: a token of one corte stands for all before it', async (t) => {
  const place = await makePlace(t);
  await place.put('000002.uno.tsr', await place.stamp(uno!, 2));
  await place.put('000003.dos.tsr', await place.stamp(dos!, 3));
  const { jornada, refused } = await place.audit();
  t.deepEqual(refused, []);
  t.deepEqual(jornada.sealed, { first: 2, last: 3 });
  t.deepEqual(
    jornada.sellos.map(({ number, authority, verdict }) => [number, authority, verdict]),
    [
      [2, 'uno', 'good'],
      [3, 'dos', 'good'],
    ],
  );
  // Corte 1 was taken 35 minutes ago, and the first token that stands for it is of now.
  t.true(Math.abs(jornada.longest_wait_seconds! - 35 * 60) < 60);
  const ran = await place.run('--json');
  t.is(ran.status, 0, ran.stderr);
  const told = JSON.parse(ran.stdout) as Told;
  t.deepEqual(
    told.phases.map(({ phase, sealed }) => [phase, sealed]),
    [
      ['simulacro-1', { first: null, last: null }],
      ['jornada', { first: 2, last: 3 }],
    ],
  );
  t.true(told.checked.includes('sellos') && !told.not_checked.includes('sellos'));
  t.is(told.sellos.tokens, 2);
});

withOpenssl('without a token nothing is sealed, nothing fails, and it is not said to be checked', async (t) => {
  const place = await makePlace(t);
  const ran = await place.run('--json');
  t.is(ran.status, 0, ran.stderr);
  const told = JSON.parse(ran.stdout) as Told;
  t.deepEqual(told.phases[1]!.sealed, { first: null, last: null });
  t.true(told.not_checked.includes('sellos'));
  t.like(told.sellos, { tokens: 0, contrary: [], refused: [] });
  const text = await place.run('--lang', 'es');
  t.regex(text.stdout, /sellos de tiempo +aquí no hay ninguno/);
});

withOpenssl('a token from before the hour that the corte says is told as that, and seals nothing', async (t) => {
  // The last corte says that it was taken in ten minutes; the chain alone shows nothing wrong with it.
  const place = await makePlace(t, makeNight(-10));
  for (const number of [3, 4]) await place.put(`00000${number}.uno.tsr`, await place.stamp(uno!, number));
  const { jornada } = await place.audit();
  t.deepEqual(jornada.sealed, { first: 3, last: 3 });
  const ran = await place.run('--json');
  t.is(ran.status, 1);
  const [contrary, ...more] = (JSON.parse(ran.stdout) as Told).sellos.contrary;
  t.deepEqual(more, []);
  t.like(contrary, { phase: 'jornada', number: 4, authority: 'uno', why: 'early' });
});

withOpenssl('clocks may differ by as much as the format lets them', async (t) => {
  const place = await makePlace(t, makeNight(-4));
  await place.put('000004.uno.tsr', await place.stamp(uno!, 4));
  t.like((await place.audit()).jornada, { sealed: { first: 4, last: 4 } });
});

withOpenssl('a token of an hour that is still to come seals nothing', async (t) => {
  const place = await makePlace(t);
  await place.put('000004.uno.tsr', await place.stamp(uno!, 4));
  const { phases } = await auditChain(await folderSource(join(place.folder, 'chain')), trust);
  const [, jornada] = (
    await auditSellos({
      place: await folderSource(place.sellos),
      autoridades: place.autoridades,
      phases,
      now: Date.now() - 3_600_000,
    })
  ).phases;
  t.deepEqual(jornada!.sealed, { first: null, last: null });
  t.is(jornada!.sellos[0]?.verdict, 'future');
});

withOpenssl('what is no good token of its corte is refused by its code, and the others count', async (t) => {
  const place = await makePlace(t);
  await place.put('000001.uno.tsr', '<!DOCTYPE html>');
  await place.put('000002.uno.tsr', await place.stamp(uno!, 1)); // of another corte
  await place.put('000003.uno.tsr', await place.stamp(dos!, 3)); // of another authority
  await place.put('000004.uno.tsr', Buffer.alloc(100_000));
  await symlink(join(place.sellos, 'jornada/000004.dos.tsr'), join(place.sellos, 'jornada/000001.dos.tsr'));
  await place.put('000004.dos.tsr', await place.stamp(dos!, 4));
  await place.put('000009.dos.tsr', 'of no corte of this chain');
  const { jornada, refused } = await place.audit();
  t.deepEqual(
    refused.map(({ number, authority, code }) => [number, authority, code]),
    [
      [1, 'dos', 'delivery-malformed'],
      [1, 'uno', 'not-a-token'],
      [2, 'uno', 'other-hash'],
      [3, 'uno', 'certificate-unknown'],
      [4, 'uno', 'too-large'],
    ],
  );
  t.deepEqual(jornada.sealed, { first: 4, last: 4 });
  const ran = await place.run();
  t.is(ran.status, 1);
  t.regex(ran.stdout, /nor anything against anybody/);
});

withOpenssl(
  'tokens without certificates, or the other way round, are wrong usage; a folder without any can not tell',
  async (t) => {
    const place = await makePlace(t);
    const chain = join(place.folder, 'chain');
    const base = ['audit', 'chain', chain, '--anchor', join(place.folder, 'anchor.json')];
    t.is((await cotejo([...base, '--sellos', place.sellos])).status, 2);
    t.is((await cotejo([...base, '--autoridades', place.autoridades])).status, 2);
    await rm(place.autoridades, { recursive: true });
    t.is((await place.run()).status, 3);
  },
);

withOpenssl('the page shows each token at its hour, and those that are not as they should be', async (t) => {
  const place = await makePlace(t, makeNight(-10));
  for (const number of [1, 2, 3, 4]) await place.put(`00000${number}.uno.tsr`, await place.stamp(uno!, number));
  await place.put('000002.dos.tsr', 'x');
  const html = join(place.folder, 'report.html');
  await place.run('--html', html);
  const page = await readFile(html, 'utf8');
  t.is(page.match(/<path class="seal"/g)?.length, 3);
  t.is(page.match(/<path class="seal contrary"/g)?.length, 1);
  t.regex(page, /hora de un sello de tiempo/);
  t.regex(page, /Sellos de tiempo que no son como deben/);
  t.regex(page, /not-a-token/);
});

withOpenssl('by hand, as the guide tells, openssl says what the command says', async (t) => {
  const place = await makePlace(t);
  const guide = await readFile(join(repository(), 'docs/verificar-a-mano.md'), 'utf8');
  const script = blocksOf(guide).find((block) => block.script.includes('openssl ts -verify'))!.script;
  const byHand = async (token: Buffer) => {
    const folder = await makeFolder(t);
    await writeFiles(folder, { 'corte.json': place.cortes[3]!.files['corte.json'], '000037.uno.tsr': token, 'uno.pem': uno!.pem });
    return sh(script, folder);
  };
  const good = await byHand(await place.stamp(uno!, 4));
  t.is(good.status, 0, good.stderr);
  t.regex(good.stdout, /^Time stamp: .* GMT$/m);
  t.regex(good.stdout + good.stderr, /Verification: OK/);
  t.not((await byHand(await place.stamp(uno!, 3))).status, 0);
  t.not((await byHand(await place.stamp(dos!, 4))).status, 0);
});
