import { createHash } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditChain, type ChainAudit } from '../audit/chain.ts';
import { auditLive } from '../audit/live.ts';
import { looksOf } from '../audit/looks.ts';
import { chainHtml } from '../audit/report/chain-html.ts';
import { httpSource } from '../audit/source/http.ts';
import { httpClient } from '../audit/source/http-get.ts';
import { readAnchor } from '../chain/trust-folder.ts';
import { repairAll } from '../difusor/care/repair.ts';
import { lockState } from '../difusor/open.ts';
import { inGroups } from '../format/hash.ts';
import { formatTime } from '../format/time.ts';
import { clockOf } from '../html/hour.ts';
import { sizeOf } from '../html/size.ts';
import type { PackedCorte } from '../iec/pack/pack.ts';
import type { Style } from '../terminal/shell.ts';
import { addressLines } from './addresses.ts';
import { type Attack, attackersKey, attacksOn, attempt, knock, signedByTheOldKey } from './attacks.ts';
import { freeAddress, type Site, startSite } from './demo-site.ts';
import { CORTES } from './election.ts';
import { CUSTODIANS, foundInstitute, handOver, type Institute, PHASE } from './institute.ts';
import { type Night, newNight } from './night-clock.ts';

/** One election night, told line by line. Every part of it is the real thing: keys, SFTP, daemons, web servers. */

export interface StoryPlan {
  /** a folder of its own, empty */
  readonly folder: string;
  readonly speed: number;
  /** end by itself, or stay up with the night going on */
  readonly once: boolean;
  readonly stop: AbortSignal;
  say(line: string): void;
  paint(style: Style, text: string): string;
}

interface Telling extends StoryPlan {
  readonly night: Night;
  chapter(title: string): void;
  /** the command that does what was just told */
  command(line: string): void;
  /** Something that must be so for the demo to have shown what it says; `why` it may not be so. */
  check(isSo: boolean, words: string, why?: string): void;
  readonly wrong: string[];
}

/** @returns what was not as it should be; empty where everything was. @throws AbortError when it is ended from outside */
export async function tellStory(plan: StoryPlan): Promise<string[]> {
  const { folder, stop } = plan;
  const tell = telling(plan);
  const { night } = tell;
  const say = (line: string) => tell.say(line);
  const seconds = 600 / plan.speed;
  plan.say(`One election night on this machine, in ${folder}. The votes are made up; all the rest is real.`);
  if (seconds > 0)
    plan.say(`A period of ten minutes takes ${Math.ceil(seconds)} s here; Ctrl-C ends it and leaves nothing behind.`);

  tell.chapter('Whom to believe');
  const institute = await foundInstitute(folder, night);
  say(`${CUSTODIANS.length} custodians (${CUSTODIANS.join(', ')}) have made their keys. Two of them sign the trust document:`);
  say(`its code of integrity, which they print: ${institute.code.join(' ')}`);
  say('it says that the key firma-1 signs the official cortes, and that they are public from 18:00 on.');
  tell.command('cotejo trust draft plan.toml --out 1.json;  cotejo trust sign 1.json --key presidencia');

  tell.chapter('Two Difusores');
  const sites = await startSites(institute, night);
  try {
    for (const { title, url, sftp } of sites)
      say(`${title.padEnd(14)} ${tell.paint('bold', url)}   inbox sftp://${sftp.host}:${sftp.port}`);
    say('Until the hour they show a page that says when the publication begins.');
    tell.command('cotejo difusor run --config difusor.toml --sftp 127.0.0.1:2222 --http 127.0.0.1:8080');
    tell.check((await statusOf(sites[0])) === 503, 'before the opening the web site answers 503');

    await tellCortes(tell, institute, sites);
    await tellAttacks(tell, institute, sites);
    await tellDefacement(tell, sites[0]);
    await tellCutLink(tell, institute, sites);
    await tellRotation(tell, institute, sites);
    await tellAudit(tell, institute, sites);
    tell.chapter(tell.wrong.length === 0 ? 'Everything that should be refused was' : 'Not everything was as it should be');
    for (const words of tell.wrong) say(plan.paint('red', words));
    if (!plan.once) await stayUp(tell, institute, sites);
    return tell.wrong;
  } finally {
    for (const site of sites) await site.stop();
    stop.throwIfAborted();
  }
}

async function startSites(institute: Institute, night: Night): Promise<[Site, Site]> {
  const names = [
    { name: 'difusor-norte', title: 'Difusor Norte', web: await freeAddress() },
    { name: 'difusor-sur', title: 'Difusor Sur', web: await freeAddress() },
  ] as const;
  const start = async ({ name, title, web }: (typeof names)[number]) => {
    const others = names
      .filter((one) => one.name !== name)
      .map((one) => ({ title: one.title, url: `http://${one.web.host}:${one.web.port}/` }));
    const home = join(institute.folder, name);
    const anchor = await handOver(institute, join(home, 'anchor'));
    return startSite({ name, title, web, others, home, anchor, iecKey: institute.sshKey, now: night.now });
  };
  return [await start(names[0]), await start(names[1])];
}

async function tellCortes(tell: Telling, institute: Institute, sites: readonly Site[]): Promise<void> {
  tell.chapter('A corte every ten minutes');
  for (let i = 0; i < 3; i++) {
    await tell.night.pass();
    const corte = await institute.issue();
    await institute.push(sites);
    const { number, taken_at, manifest, package: pack } = corte.statement;
    tell.say(
      `${clockOf(taken_at)}  corte ${number}: ${manifest.files} files, ${pack.files} of them new, ${sizeOf(pack.bytes)} sent to each`,
    );
    for (const site of sites) tell.check(await shows(site, number), `${site.title} shows corte ${number}, to the byte`);
  }
  tell.command('cotejo iec pack publicacion --chain chain --phase jornada --key firma-1;  cotejo iec push --config IEC.toml');
}

async function tellAttacks(tell: Telling, institute: Institute, [site]: readonly Site[]): Promise<void> {
  if (!site) return;
  tell.chapter('An attacker');
  tell.check(await knock(site, institute.folder), 'a stranger’s SSH key is kept out of the inbox');
  tell.say('So he steals the IEC’s SSH key, and can put what he likes into the inbox:');
  await tell.night.pass();
  const next = await institute.issue();
  const { number } = next.statement;
  const own = await attackersKey(institute.folder);
  for (const attack of await attacksOn(institute, number, own)) await tellAttack(tell, institute, site, attack);
  tell.check(await shows(site, number - 1), `citizens read corte ${number - 1} all the while`);
  const [report] = await institute.push([site]);
  tell.check(await shows(site, number), `and the genuine corte ${number} is taken when it comes`, report?.trouble?.detail);
}

async function tellAttack(tell: Telling, institute: Institute, site: Site, attack: Attack): Promise<void> {
  const code = await attempt(site, institute.identity, attack, institute.folder);
  tell.check(code === attack.expected, `${attack.what}: ${code === null ? 'NOT REFUSED' : `refused, ${code}`}`);
}

async function tellDefacement(tell: Telling, site: Site): Promise<void> {
  tell.chapter('A defacement');
  const { number } = await newest(site);
  const since = site.events.length;
  const file = join(site.node.phases.get(PHASE)?.trees.of(number) ?? '', 'index.html');
  await chmod(file, 0o644);
  await writeFile(file, (await readFile(file, 'utf8')).replace(/\d+ de \d+/, '999 de 999'));
  tell.say(`Somebody breaks into ${site.title} and changes a number on its page. The patrol reads every byte again:`);
  const lock = await lockState(site.node.rooms.state);
  try {
    await repairAll(site.node.phases.values());
    // The daemon's own patrol, which never rests, may have been faster.
    const [altered, ...more] = site.events.slice(since).filter(({ event }) => event === 'altered');
    const isRight = altered?.event === 'altered' && altered.path === 'index.html' && altered.restored && more.length === 0;
    tell.check(
      isRight && (await shows(site, number)),
      'index.html differed; it is restored, and what was found is kept as evidence',
    );
  } finally {
    await lock.release();
  }
  tell.command('cotejo difusor repair --config difusor.toml');
}

async function tellCutLink(tell: Telling, institute: Institute, sites: readonly [Site, Site]): Promise<void> {
  const [, south] = sites;
  tell.chapter(`The link to ${south.title} is cut`);
  await institute.push(sites);
  await south.cutLink();
  const since = south.events.length;
  for (let missed = 1; missed <= 3; missed++) {
    await tell.night.pass();
    const { statement } = await institute.issue();
    await institute.push(sites);
    const { state } = institute.standing(south);
    tell.say(
      `${clockOf(statement.taken_at)}  corte ${statement.number}: ${sites[0].title} has it, ${south.title} is ${tell.paint('yellow', state)}`,
    );
  }
  tell.check(institute.standing(south).state === 'interrumpido', 'three missed periods: its transmission is interrupted');
  tell.check(!institute.standing(south).linked, 'and the IEC’s list of Difusores links to it no more');
  await tell.night.pass();
  await south.until('the notice', (event) => event.event === 'published' && event.public === 'aviso', since);
  const isNotice = (await statusOf(south)) === 503 && (await textOf(south)).includes('no se está actualizando');
  tell.check(isNotice, `${south.title} shows the notice instead of old results: ${south.url}`);
  await tell.night.pass();
  await south.mendLink();
  const { statement } = await institute.issue();
  await institute.push(sites);
  tell.say(`${clockOf(statement.taken_at)}  the link is mended, and what was missed is brought up:`);
  for (const site of sites) tell.check(await shows(site, statement.number), `${site.title} shows corte ${statement.number}`);
  const { state, linked } = institute.standing(south);
  tell.check(state === 'recuperado' && linked, `${south.title} is ${state}, and linked to again`);
}

async function tellRotation(tell: Telling, institute: Institute, sites: readonly [Site, Site]): Promise<void> {
  tell.chapter('The signing key is replaced');
  const { number } = await newest(sites[0]);
  await institute.rotate(number);
  const pushed = await institute.push(sites);
  const isHeld = sites.every(({ node }) => node.trust.newest.document.version === 2);
  tell.check(
    pushed.every(({ outcome }) => outcome === 'up-to-date') && isHeld,
    'two custodians sign version 2, and both Difusores hold it',
  );
  tell.say(`From corte ${number + 1} on relevo-1 signs, and firma-1 no more.`);
  tell.command('cotejo trust draft change.toml --after 1.json --out 2.json');
  await tell.night.pass();
  const next = await institute.issue();
  const attack = await signedByTheOldKey(institute, next.statement.number, institute.signers['firma-1']);
  await tellAttack(tell, institute, sites[0], attack);
  await institute.push(sites);
  tell.check(await shows(sites[0], next.statement.number), `corte ${next.statement.number}, signed by relevo-1, is public`);
}

async function tellAudit(tell: Telling, institute: Institute, sites: readonly Site[]): Promise<void> {
  tell.chapter('Anyone can check');
  const heads = new Set<string | null>();
  const anchor = await readAnchor(institute.anchor);
  for (const { title, url } of sites) {
    const source = httpSource(new URL(`${url}/cotejo/chain/`));
    const client = httpClient(4);
    try {
      const audit = await auditChain(source, anchor, { packages: true });
      await writeReport(institute.report, audit, source.name);
      const phase = audit.phases.find(({ summary }) => summary.phase === PHASE);
      heads.add(phase?.summary.head ?? null);
      const head = inGroups(phase?.summary.head ?? '')[0];
      tell.check(
        audit.refused === null,
        `${title}: ${phase?.summary.cortes} cortes, every signature, link and byte good; head ${head} …`,
      );
      const live = await auditLive(client, new URL(`${url}/`), phase?.cortes ?? [], source, { rate: 1000, connections: 4 });
      tell.check(live.same === live.files, `${title}: the ${live.files} files that citizens read are the IEC’s`);
    } finally {
      client.close();
      source.close();
    }
  }
  tell.check(heads.size === 1 && !heads.has(null), 'both tell one history');
  tell.command(`cotejo audit chain ${sites[0]?.url}/cotejo/chain/ --anchor 1.json --packages --html reporte.html`);
}

/** As `audit chain --packages --html` writes it. */
async function writeReport(file: string, audit: ChainAudit, place: string): Promise<void> {
  const looked = looksOf({ packages: true, acuses: false, acuseKeys: false });
  const checkedAt = formatTime(Date.now(), -new Date().getTimezoneOffset());
  await writeFile(file, chainHtml(audit, null, looked, { place, checkedAt }));
}

async function stayUp(tell: Telling, institute: Institute, sites: readonly Site[]): Promise<void> {
  const { panel, list, report, code } = institute;
  tell.say('The night goes on. Open these; end with Ctrl-C:');
  for (const line of addressLines({ sites, panel, list, report, code }, (text) => tell.paint('bold', text))) tell.say(`  ${line}`);
  for (let corte: PackedCorte | null = null; !corte?.statement.final; ) {
    await tell.night.pass();
    corte = await institute.issue();
    await institute.push(sites);
    tell.say(
      `${clockOf(corte.statement.taken_at)}  corte ${corte.statement.number} of ${CORTES}${corte.statement.final ? ', the last one' : ''}`,
    );
  }
  await new Promise((resolve) => tell.stop.addEventListener('abort', resolve, { once: true }));
}

function telling(plan: StoryPlan): Telling {
  const wrong: string[] = [];
  let chapters = 0;
  return {
    ...plan,
    say: (line) => plan.say(`   ${line}`),
    night: newNight(plan.speed, plan.stop),
    wrong,
    chapter(title) {
      chapters += 1;
      plan.say('');
      plan.say(plan.paint('bold', `${chapters}. ${title}`));
    },
    command: (line) => plan.say(`   ${plan.paint('dim', `$ ${line}`)}`),
    check(isSo, words, why) {
      if (!isSo) wrong.push(why === undefined ? words : `${words}: ${why}`);
      plan.say(`   ${isSo ? plan.paint('green', 'ok') : plan.paint('red', 'NO')}  ${words}`);
    },
  };
}

/** Whether the web site shows a corte, and its first page is what that corte lists. */
async function shows(site: Site, number: number): Promise<boolean> {
  const answer = await fetch(`${site.url}/`);
  const page = Buffer.from(await answer.arrayBuffer());
  if (answer.headers.get('cotejo-corte') !== String(number)) return false;
  const sums = await (await fetch(`${site.url}/cotejo/chain/${PHASE}/${String(number).padStart(6, '0')}/SHA256SUMS`)).text();
  return sums.includes(`${createHash('sha256').update(page).digest('hex')}  index.html\n`);
}

async function newest(site: Site): Promise<{ number: number }> {
  return { number: Number((await fetch(`${site.url}/`)).headers.get('cotejo-corte')) };
}

async function statusOf(site: Site): Promise<number> {
  return (await fetch(`${site.url}/`)).status;
}

async function textOf(site: Site): Promise<string> {
  return (await fetch(`${site.url}/`)).text();
}
