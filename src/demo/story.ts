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
import type { Said } from '../format/said.ts';
import { formatTime } from '../format/time.ts';
import { clockOf } from '../html/hour.ts';
import { sizeOf } from '../html/size.ts';
import type { PackedCorte } from '../iec/pack/pack.ts';
import type { Style } from '../terminal/shell.ts';
import { untilAborted } from '../terminal/until-signal.ts';
import { addressLines } from './addresses.ts';
import { type Attack, attackersKey, attacksOn, attempt, knock, signedByTheOldKey } from './attacks.ts';
import { freeAddress, type Site, startSite } from './demo-site.ts';
import { CORTES } from './election.ts';
import { CUSTODIANS, foundInstitute, handOver, type Institute, PHASE } from './institute.ts';
import { type Night, newNight } from './night-clock.ts';
import { DEMO } from './words.ts';

/** One election night, told line by line. Every part of it is the real thing: keys, SFTP, daemons, web servers. */

export interface StoryPlan {
  /** a folder of its own, empty */
  readonly folder: string;
  readonly speed: number;
  /** end by itself, or stay up with the night going on */
  readonly once: boolean;
  readonly stop: AbortSignal;
  say(line: string | Said): void;
  /** what is said, for whoever reads it */
  told(text: string | Said): string;
  paint(style: Style, text: string): string;
}

interface Telling extends StoryPlan {
  readonly night: Night;
  chapter(title: Said): void;
  /** the command that does what was just told */
  command(line: string): void;
  /** Something that must be so for the demo to have shown what it says; `why` it may not be so. */
  check(isSo: boolean, words: Said, why?: Said): void;
  readonly wrong: Said[];
}

/** @returns what was not as it should be; empty where everything was. @throws AbortError when it is ended from outside */
export async function tellStory(plan: StoryPlan): Promise<Said[]> {
  const { folder, stop } = plan;
  const tell = telling(plan);
  const { night } = tell;
  const say = (line: Said) => tell.say(line);
  const seconds = 600 / plan.speed;
  plan.say(DEMO.opening(folder));
  if (seconds > 0) plan.say(DEMO.period(Math.ceil(seconds)));

  tell.chapter(DEMO.whom);
  const institute = await foundInstitute(folder, night);
  say(DEMO.custodians(CUSTODIANS.length, CUSTODIANS.join(', ')));
  say(DEMO.code(institute.code.join(' ')));
  say(DEMO.says);
  tell.command('cotejo trust draft plan.toml --out 1.json;  cotejo trust sign 1.json --key presidencia');

  tell.chapter(DEMO.difusores);
  const sites = await startSites(institute, night);
  try {
    for (const { title, url, sftp } of sites)
      say(DEMO.site(title.padEnd(14), tell.paint('bold', url), `sftp://${sftp.host}:${sftp.port}`));
    say(DEMO.untilTheHour);
    tell.command('cotejo difusor run --config difusor.toml --sftp 127.0.0.1:2222 --http 127.0.0.1:8080');
    tell.check((await statusOf(sites[0])) === 503, DEMO.answers503);

    await tellCortes(tell, institute, sites);
    await tellAttacks(tell, institute, sites);
    await tellDefacement(tell, sites[0]);
    await tellCutLink(tell, institute, sites);
    await tellRotation(tell, institute, sites);
    await tellAudit(tell, institute, sites);
    tell.chapter(tell.wrong.length === 0 ? DEMO.allRefused : DEMO.notAll);
    for (const words of tell.wrong) say(words.map((text) => plan.paint('red', text)));
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
  tell.chapter(DEMO.cortes);
  for (let i = 0; i < 3; i++) {
    await tell.night.pass();
    const corte = await institute.issue();
    await institute.push(sites);
    const { number, taken_at, manifest, package: pack } = corte.statement;
    tell.say(DEMO.corte(clockOf(taken_at), number, manifest.files, pack.files, sizeOf(pack.bytes)));
    for (const site of sites) tell.check(await shows(site, number), DEMO.showsToTheByte(site.title, number));
  }
  tell.command('cotejo iec pack publicacion --chain chain --phase jornada --key firma-1;  cotejo iec push --config IEC.toml');
}

async function tellAttacks(tell: Telling, institute: Institute, [site]: readonly Site[]): Promise<void> {
  if (!site) return;
  tell.chapter(DEMO.attacker);
  tell.check(await knock(site, institute.folder), DEMO.keptOut);
  tell.say(DEMO.steals);
  await tell.night.pass();
  const next = await institute.issue();
  const { number } = next.statement;
  const own = await attackersKey(institute.folder);
  for (const attack of await attacksOn(institute, number, own)) await tellAttack(tell, institute, site, attack);
  tell.check(await shows(site, number - 1), DEMO.allTheWhile(number - 1));
  const [report] = await institute.push([site]);
  tell.check(await shows(site, number), DEMO.genuineTaken(number), report?.trouble?.detail);
}

async function tellAttack(tell: Telling, institute: Institute, site: Site, attack: Attack): Promise<void> {
  const code = await attempt(site, institute.identity, attack, institute.folder);
  tell.check(code === attack.expected, code === null ? DEMO.attackNotRefused(attack.what) : DEMO.attackRefused(attack.what, code));
}

async function tellDefacement(tell: Telling, site: Site): Promise<void> {
  tell.chapter(DEMO.defacement);
  const { number } = await newest(site);
  const since = site.events.length;
  const file = join(site.node.phases.get(PHASE)?.trees.of(number) ?? '', 'index.html');
  await chmod(file, 0o644);
  await writeFile(file, (await readFile(file, 'utf8')).replace(/\d+ de \d+/, '999 de 999'));
  tell.say(DEMO.breaksIn(site.title));
  const lock = await lockState(site.node.rooms.state);
  try {
    await repairAll(site.node.phases.values());
    // The daemon's own patrol, which never rests, may have been faster.
    const [altered, ...more] = site.events.slice(since).filter(({ event }) => event === 'altered');
    const isRight = altered?.event === 'altered' && altered.path === 'index.html' && altered.restored && more.length === 0;
    tell.check(isRight && (await shows(site, number)), DEMO.restored);
  } finally {
    await lock.release();
  }
  tell.command('cotejo difusor repair --config difusor.toml');
}

async function tellCutLink(tell: Telling, institute: Institute, sites: readonly [Site, Site]): Promise<void> {
  const [, south] = sites;
  tell.chapter(DEMO.cut(south.title));
  await institute.push(sites);
  await south.cutLink();
  const since = south.events.length;
  for (let missed = 1; missed <= 3; missed++) {
    await tell.night.pass();
    const { statement } = await institute.issue();
    await institute.push(sites);
    const { state } = institute.standing(south);
    tell.say(DEMO.missed(clockOf(statement.taken_at), statement.number, sites[0].title, south.title, tell.paint('yellow', state)));
  }
  tell.check(institute.standing(south).state === 'interrumpido', DEMO.interrupted);
  tell.check(!institute.standing(south).linked, DEMO.notLinked);
  await tell.night.pass();
  await south.until(DEMO.theNotice, (event) => event.event === 'published' && event.public === 'aviso', since);
  const isNotice = (await statusOf(south)) === 503 && (await textOf(south)).includes('no se está actualizando');
  tell.check(isNotice, DEMO.notice(south.title, south.url));
  await tell.night.pass();
  await south.mendLink();
  const { statement } = await institute.issue();
  await institute.push(sites);
  tell.say(DEMO.mended(clockOf(statement.taken_at)));
  for (const site of sites) tell.check(await shows(site, statement.number), DEMO.shows(site.title, statement.number));
  const { state, linked } = institute.standing(south);
  tell.check(state === 'recuperado' && linked, DEMO.linkedAgain(south.title, state));
}

async function tellRotation(tell: Telling, institute: Institute, sites: readonly [Site, Site]): Promise<void> {
  tell.chapter(DEMO.rotation);
  const { number } = await newest(sites[0]);
  await institute.rotate(number);
  const pushed = await institute.push(sites);
  const isHeld = sites.every(({ node }) => node.trust.newest.document.version === 2);
  tell.check(pushed.every(({ outcome }) => outcome === 'up-to-date') && isHeld, DEMO.version2);
  tell.say(DEMO.fromThere(number + 1));
  tell.command('cotejo trust draft change.toml --after 1.json --out 2.json');
  await tell.night.pass();
  const next = await institute.issue();
  const attack = await signedByTheOldKey(institute, next.statement.number, institute.signers['firma-1']);
  await tellAttack(tell, institute, sites[0], attack);
  await institute.push(sites);
  tell.check(await shows(sites[0], next.statement.number), DEMO.relevoPublic(next.statement.number));
}

async function tellAudit(tell: Telling, institute: Institute, sites: readonly Site[]): Promise<void> {
  tell.chapter(DEMO.anyone);
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
      tell.check(audit.refused === null, DEMO.chainGood(title, phase?.summary.cortes ?? 0, head ?? ''));
      const live = await auditLive(client, new URL(`${url}/`), phase?.cortes ?? [], source, { rate: 1000, connections: 4 });
      tell.check(live.same === live.files, DEMO.filesGood(title, live.files));
    } finally {
      client.close();
      source.close();
    }
  }
  tell.check(heads.size === 1 && !heads.has(null), DEMO.oneHistory);
  tell.command(`cotejo audit chain ${sites[0]?.url}/cotejo/chain/ --anchor 1.json --packages --html reporte.html`);
}

/** As `audit chain --packages --html` writes it. */
async function writeReport(file: string, audit: ChainAudit, place: string): Promise<void> {
  const looked = looksOf({ packages: true, acuses: false, acuseKeys: false });
  const checkedAt = formatTime(Date.now(), -new Date().getTimezoneOffset());
  await writeFile(file, chainHtml(audit, {}, looked, { place, checkedAt }));
}

async function stayUp(tell: Telling, institute: Institute, sites: readonly Site[]): Promise<void> {
  const { panel, list, report, code } = institute;
  tell.say(DEMO.goesOn);
  const bold = (text: string) => tell.paint('bold', text);
  for (const line of addressLines({ sites, panel, list, report, code }, bold, (text) => tell.told(text))) tell.say(`  ${line}`);
  for (let corte: PackedCorte | null = null; !corte?.statement.final; ) {
    await tell.night.pass();
    corte = await institute.issue();
    await institute.push(sites);
    const { number, taken_at, final } = corte.statement;
    tell.say((final ? DEMO.lastOne : DEMO.corteOf)(clockOf(taken_at), number, CORTES));
  }
  await untilAborted(tell.stop);
}

function telling(plan: StoryPlan): Telling {
  const wrong: Said[] = [];
  let chapters = 0;
  return {
    ...plan,
    say: (line) => plan.say(`   ${plan.told(line)}`),
    night: newNight(plan.speed, plan.stop),
    wrong,
    chapter(title) {
      chapters += 1;
      plan.say('');
      plan.say(plan.paint('bold', `${chapters}. ${plan.told(title)}`));
    },
    command: (line) => plan.say(`   ${plan.paint('dim', `$ ${line}`)}`),
    check(isSo, words, why) {
      if (!isSo) wrong.push(why === undefined ? words : DEMO.wrongBecause(words, why));
      plan.say(`   ${isSo ? plan.paint('green', 'ok') : plan.paint('red', 'NO')}  ${plan.told(words)}`);
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
