import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Files, filesOf, goodChain, writeFiles } from '../kit/broken-chains.ts';
import { cotejo } from '../kit/command.ts';
import { type Corte, makeCorte, publicationOf } from '../kit/cortes.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';
import { type Answering, serve, files as serving } from '../kit/web.ts';

/** Pages that a cache kept, or that came before our chain did, are nobody's forgery: what was signed says so itself. */

const good = goodChain();
const [first, second] = good.trusts;
const [one, two, third, fourth, newest] = good.jornada;
/** What a thief made with firma-1's key until the custodians ended it at corte 3. */
const disowned = makeCorte({
  trust: first,
  previous: third,
  signer: 'firma-1',
  files: { ...publicationOf(4), 'index.html': 'ganó el ladrón' },
});
const sixth = makeCorte({ trust: second, previous: newest, signer: 'relevo-1', files: publicationOf(6) });
const next = makeCorte({ trust: second, previous: sixth, signer: 'relevo-1', files: publicationOf(7) });

const pagesOf = ({ content }: Corte): Files => new Map(Object.entries(content));

function cortesAt(folder: string, cortes: readonly Corte[]): [string, Buffer][] {
  return cortes.flatMap(({ statement, files }) =>
    Object.entries(files).map(([name, bytes]): [string, Buffer] => [
      `${folder}/${String(statement.number).padStart(6, '0')}/${name}`,
      bytes,
    ]),
  );
}

async function setAside(revoked: string, { delivery, files }: Pick<Corte, 'delivery' | 'files'>): Promise<void> {
  const folder = join(revoked, `${delivery}-0123456789abcdef`);
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
}

/** The chain as it is after the theft, in a folder, and how the command judges what a site shows by it. */
async function auditor(t: ExecutionContext) {
  const folder = await makeFolder(t);
  const { chain, anchor } = await writeFiles(folder, filesOf(good));
  const look = async (pages: Files | Answering, ...more: string[]) => {
    const site = await serve(t, typeof pages === 'function' ? pages : serving(pages));
    const { status, stdout, stderr } = await cotejo([
      'audit',
      'live',
      site.href,
      '--chain',
      chain,
      '--anchor',
      anchor,
      '--json',
      ...more,
    ]);
    return { status, stderr, live: JSON.parse(stdout) };
  };
  return { folder, chain, look };
}

const OF_THE_THIEF = { corte: disowned.sha256, standing: 'disowned' };

test('pages of a disowned corte are old and altered by nobody, where it lies beside the chain or in a folder that is named', async (t) => {
  const { folder, look } = await auditor(t);
  const pages = pagesOf(newest).set('index.html', disowned.content['index.html']!);
  t.deepEqual((await look(pages)).live.altered, ['index.html'], 'nothing is known of it yet');
  await setAside(join(folder, 'revoked'), disowned);
  const { status, live } = await look(pages);
  t.is(status, 1);
  t.deepEqual(live.altered, []);
  t.deepEqual(live.stale, [{ path: 'index.html', number: 4, off_chain: OF_THE_THIEF }]);
  const mistyped = await look(pages, '--revoked', join(folder, 'none'));
  t.deepEqual(mistyped.live.altered, ['index.html']);
  t.regex(mistyped.stderr, /warning: \S+none: /, 'nothing may have been revoked yet, so it is no error');
  // What nobody signed stays what it is, beside them.
  t.deepEqual((await look(pages.set('css/estilo.css', Buffer.from('otra cosa')))).live.altered, ['css/estilo.css']);
});

test('a whole disowned corte is not the one before the newest: it is never to be shown', async (t) => {
  const { folder, look } = await auditor(t);
  await setAside(join(folder, 'revoked'), disowned);
  const { status, live } = await look(pagesOf(disowned));
  t.is(status, 1);
  t.false('older' in live);
  t.deepEqual(live.altered, []);
});

test('a site that has not heard of the revocation proves by its own chain what it shows', async (t) => {
  const { look } = await auditor(t);
  const unaware = new Map([...pagesOf(disowned), ...cortesAt('cotejo/chain/jornada', [disowned])]);
  const { status, live } = await look(unaware);
  t.is(status, 1);
  t.deepEqual(live.altered, []);
  t.deepEqual(live.stale.find(({ path }: { path: string }) => path === 'index.html').off_chain, OF_THE_THIEF);
});

test('a corte that no key of the Institute signed excuses nobody, wherever it is found', async (t) => {
  const { folder, look } = await auditor(t);
  const forged = makeCorte({ trust: first, previous: third, signer: makeKey('nadie'), files: { 'index.html': 'falso' } });
  const unlisted = { ...disowned, files: { ...disowned.files, SHA256SUMS: forged.files.SHA256SUMS } };
  for (const corte of [forged, unlisted])
    await setAside(join(folder, 'revoked'), { ...corte, delivery: `jornada-00000${corte === forged ? 4 : 5}` });
  const pages = pagesOf(newest).set('index.html', Buffer.from('falso'));
  t.deepEqual((await look(new Map([...pages, ...cortesAt('cotejo/chain/jornada', [forged])]))).live.altered, ['index.html']);
});

test('a site that is ahead of the chain that it is compared with is not accused: the chain is behind', async (t) => {
  const { look } = await auditor(t);
  const ahead = new Map([...pagesOf(next), ...cortesAt('cotejo/chain/jornada', [sixth, next])]);
  const { status, live } = await look(ahead);
  t.is(status, 3);
  t.deepEqual([live.altered, live.missing.length > 0], [[], false]);
  t.deepEqual(
    new Set(live.stale.map((one: { number: number; off_chain: { standing: string } }) => one.off_chain.standing)),
    new Set(['newer']),
  );
});

const indexOf = ({ live }: { live: { stale: readonly { path: string; number: number; off_chain?: unknown }[] } }) =>
  live.stale.find(({ path }) => path === 'index.html');
/** A second history by relevo-1, which is in force: it signs the number after `previous` once more. */
const again = (previous: Corte, text: string) =>
  makeCorte({
    trust: second,
    previous,
    signer: 'relevo-1',
    files: { ...publicationOf(previous.statement.number + 1), 'index.html': text },
  });

test('a second history by the key in force is a fork and disowned by nobody, although another signer was ended before', async (t) => {
  const { look } = await auditor(t);
  const other4 = again(third, 'otra historia, 4');
  const other5 = again(other4, 'otra historia, 5');
  const other6 = again(other5, 'otra historia, 6');
  const begun5 = again(fourth, 'otra historia desde 5');
  const begun6 = again(begun5, 'otra historia desde 5, 6');
  const histories: [string, Corte[]][] = [
    ['at the head, alone', [begun5]],
    ['at the head, whole', [one, two, third, fourth, begun5]],
    ['past the head', [one, two, third, fourth, begun5, begun6]],
    ['before the head, and as short', [one, two, third, other4, other5]],
    ['before the head, and longer', [one, two, third, other4, other5, other6]],
    ['shorter than the chain', [one, two, third, other4]],
  ];
  for (const [what, cortes] of histories) {
    const shown = cortes.at(-1)!;
    const seen = await look(new Map([...pagesOf(shown), ...cortesAt('cotejo/chain/jornada', cortes)]));
    const fork = { corte: shown.sha256, standing: 'fork' };
    t.deepEqual(indexOf(seen), { path: 'index.html', number: shown.statement.number, off_chain: fork }, what);
    t.is(seen.status, 1, what);
    t.deepEqual(seen.live.altered, [], what);
  }
});

test('what follows a disowned corte is disowned with it, and without that one nothing is said of whose fault it is', async (t) => {
  const { folder, look } = await auditor(t);
  const following = again(disowned, 'tras el ladrón');
  const pages = pagesOf(following);
  await setAside(join(folder, 'revoked'), following);
  const alone = { corte: following.sha256, standing: 'unplaced' };
  t.deepEqual(indexOf(await look(pages)), { path: 'index.html', number: 5, off_chain: alone });
  await setAside(join(folder, 'revoked'), disowned);
  const both = { ...alone, standing: 'disowned' };
  t.deepEqual(indexOf(await look(pages)), { path: 'index.html', number: 5, off_chain: both });
  const unaware = new Map([...pages, ...cortesAt('cotejo/chain/jornada', [one, two, third, disowned, following])]);
  t.deepEqual(indexOf(await look(unaware, '--revoked', join(folder, 'none'))), { path: 'index.html', number: 5, off_chain: both });
});

test('a site that is ahead need not have what its newer corte does not list, and has to have the rest', async (t) => {
  const { look } = await auditor(t);
  const { 'css/estilo.css': _, ...less } = publicationOf(6);
  const without = makeCorte({ trust: second, previous: newest, signer: 'relevo-1', files: less });
  const only = Object.fromEntries(Object.entries(newest.content).filter(([path]) => path !== 'css/estilo.css'));
  const leftOut = makeCorte({ trust: second, previous: newest, signer: 'relevo-1', files: only });
  const full = makeCorte({ trust: second, previous: without, signer: 'relevo-1', files: publicationOf(7) });
  const sites: [string, Corte, Corte[]][] = [
    ['others, and one less', without, [without]],
    ['one less, and no other', leftOut, [leftOut]],
    ['the one before the newest of its own', without, [without, full]],
  ];
  for (const [what, shown, cortes] of sites) {
    const { status, live } = await look(new Map([...pagesOf(shown), ...cortesAt('cotejo/chain/jornada', cortes)]));
    const gone = { path: 'css/estilo.css', number: 6, off_chain: { corte: shown.sha256, standing: 'newer' }, absent: true };
    t.deepEqual([status, live.missing, live.stale.at(-1)], [3, [], gone], what);
  }
  const lacking = new Map([...pagesOf(full), ...cortesAt('cotejo/chain/jornada', [without, full])]);
  lacking.delete('css/estilo.css');
  const { status, live } = await look(lacking);
  t.deepEqual([status, live.missing], [1, ['css/estilo.css']]);
});

test('a file that could not be requested accuses no site that is ahead either', async (t) => {
  const { look } = await auditor(t);
  const answer = serving(new Map([...pagesOf(sixth), ...cortesAt('cotejo/chain/jornada', [sixth])]));
  const { status, live } = await look((request, response) => {
    if (request.url !== '/css/estilo.css') return answer(request, response);
    response.statusCode = 503;
    response.end();
  });
  t.deepEqual([status, live.failed.length, live.missing, live.altered], [3, 1, [], []]);
});

test('a presentation beside a publication that is ahead is not judged by the older corte', async (t) => {
  const { look } = await auditor(t);
  const ahead = new Map([...pagesOf(sixth), ...cortesAt('cotejo/chain/jornada', [sixth])]);
  const { status, live } = await look(ahead, '--presentacion', 'portada');
  t.deepEqual([status, 'presentacion' in live], [3, false]);
});
