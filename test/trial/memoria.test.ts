import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import type { Figures } from '../../src/memoria/figures.ts';
import { cotejo } from '../kit/command.ts';
import { FAKETIME } from '../kit/faketime.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeKey, writePrivateKey } from '../kit/keys.ts';
import { requires, requiresShared } from '../kit/requires.ts';
import { AWSTATS, askAsGuided, askOracleOf, hoursOf } from '../memoria/count/awstats.ts';
import { combinedLine, text } from '../memoria/lines.ts';
import { type Answered, type Night, playNight } from './memoria/night.ts';
import { FRAME, ODD_A_DAY, PORTALS, SITE } from './memoria/readers.ts';

/**
 * The memoria of a night, made by the command of the logs and the records of two nodes: what it says is what the readers
 * themselves saw, what AWStats counts of the same log, and what AWStats counts of the copies that are handed in with it.
 */

const TOOLS = ['nginx', AWSTATS, FAKETIME];
const trial = requiresShared('tools/noche', requires('nginx, awstats and libfaketime', TOOLS));

trial('the memoria of a night on two nodes says what its readers saw, as AWStats does', async (t) => {
  t.timeout(240_000);
  const night = await playNight(t, 48);
  const folder = await makeFolder(t);
  const out = join(folder, 'memoria');
  const made = await memoriaOf(night, folder, out);
  t.is(made.status, 0, made.stderr);

  const key = join(folder, 'acuse_key.pub');
  const verified = await cotejo(['difusor', 'memoria', '--verify', out, '--key', key, '--json']);
  t.is(verified.status, 0, verified.stderr);
  t.like(JSON.parse(verified.stdout), { valid: true, compared: true, difusor: 'vanguardia', node: 'web1' });

  const { figures } = JSON.parse(await readFile(join(out, 'memoria.json'), 'utf8')) as { figures: Figures };
  const { answers } = night;
  t.deepEqual(
    answers.filter(({ said, shown }) => said !== null && said !== shown),
    [],
  );
  t.is(figures.lines.counted, answers.length);
  t.deepEqual(figures.nodes, ['web1', 'web2']);

  // As the readers counted.
  const hits = answers.filter(isHit);
  t.deepEqual(figures.seen, sumOf(hits));
  t.is(figures.robots.requests, answers.filter((answer) => answer.isRobot && isAnswered(answer)).length);
  const atPlace = ({ path, headers: { Referer: from } }: Answered) => path === FRAME || from === `http://${SITE}${FRAME}`;
  t.like(figures.frames, { ...sumOf(hits.filter(atPlace)), opened: hits.filter(({ path }) => path === FRAME).length });
  t.deepEqual(
    figures.frames.portals.rows.map(({ name }) => name).toSorted(),
    PORTALS.map((url) => new URL(url).hostname).toSorted(),
  );
  t.deepEqual(
    figures.cortes.map(({ number, pages }) => [number, pages]),
    [1, 2, 3, 4, 5].map((number) => [number, hits.filter((hit) => hit.shown === number && isPage(hit)).length]),
  );
  const answered503 = figures.avisos.map((aviso) => aviso.answered503);
  t.deepEqual(answered503, [answers.filter(({ status, minute }) => status === 503 && minute >= 72).length]);

  // As AWStats counts: of the servers' logs, and of the copies.
  const theirs = askOracleOf([night.logs[0], await inCombinedForm(night.logs[1])], join(folder, 'awstats'));
  const hours = hoursOf(figures);
  // Of a favicon that is not there it adds the bytes nowhere.
  for (const { hour, bytes } of answers.filter(({ path, status }) => path === '/favicon.ico' && status === 404)) {
    hours[hour]![5]! -= bytes;
  }
  t.deepEqual(
    hours,
    theirs.hours.map((row) => [...row]),
  );
  t.is(theirs.visits, figures.visits.value + 2 * ODD_A_DAY);
  for (const { from, pages, hits, bytes, visits } of figures.days) {
    t.deepEqual(theirs.days[from.slice(0, 10).replaceAll('-', '')], [pages, hits, bytes, visits.value + ODD_A_DAY], from);
  }
  t.is(theirs.visitors, figures.visitors.value);
  t.deepEqual(askAsGuided(out, join(folder, 'awstats-copias')), theirs);
});

async function memoriaOf({ nodes, logs }: Night, folder: string, out: string) {
  const [own, other] = nodes;
  const { difusor, node, anchor, state, inbox, outbox } = own.config;
  const acuse_key = await writePrivateKey(makeKey('vanguardia-web1'), join(folder, 'acuse_key'));
  const config = join(folder, 'difusor.toml');
  await writeFile(config, stringify({ difusor, node, anchor, state, inbox, outbox, acuse_key }));
  const given = ['--log', `web1=${logs[0]}`, `web2=${logs[1]}`, '--other-node', `web2=${other.config.state}`];
  return cotejo(['difusor', 'memoria', '--config', config, ...given, '--nombre', 'Vanguardia', '--out', out, '--json']);
}

/** What the built-in server wrote, in the form that AWStats reads. @returns the new file */
async function inCombinedForm(log: string): Promise<string> {
  interface Line {
    readonly [name: string]: string;
  }
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  const combined = lines.map((line) => {
    const { time, addr, method, target, status, bytes, referer, agent } = JSON.parse(line) as Line;
    const texts = { referrer: referer || '-', agent: agent || '-' };
    const numbers = { at: Date.parse(time!), status: Number(status), size: Number(bytes) };
    return combinedLine({ ...numbers, ...texts, address: addr!, method: method!, target: target! });
  });
  await writeFile(`${log}.combined`, text(combined));
  return `${log}.combined`;
}

function isAnswered({ status, path }: Answered): boolean {
  return (status === 200 || status === 304) && path !== '/favicon.ico';
}

function isHit(answer: Answered): boolean {
  return !answer.isRobot && isAnswered(answer);
}

function isPage({ path }: Answered): boolean {
  return /(?:\/[^.]*|\.html|\.php)$/.test(path);
}

function sumOf(hits: readonly Answered[]) {
  return { pages: hits.filter(isPage).length, hits: hits.length, bytes: hits.reduce((sum, { bytes }) => sum + bytes, 0) };
}
