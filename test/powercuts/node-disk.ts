import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Corte } from '../kit/cortes.ts';
import { type KitTrust, trustFiles } from '../kit/election.ts';
import { ask, cotejo, type Running, start, type Told, until } from './commands.ts';
import { acuseIn, type Cortes, chainIn, namesIn, sha256, shownIn, sixDigits } from './look.ts';

/** A Difusor's node on a disk: what is done to it, and what must be right of it after a restart. */

/** By which command a node's state is changed. */
export type By = 'admit' | 'run';

export function configOf(home: string): string {
  return join(home, 'difusor.toml');
}

/** Where a folder that others see lies: on the second file system of the disk, if the configuration was changed so. */
export function placeOf(home: string, room: 'inbox' | 'outbox'): string {
  const line = new RegExp(`^${room} = "(.*)"$`, 'm').exec(readFileSync(configOf(home), 'utf8'));
  return join(home, line?.[1] ?? room);
}

/** Has the inbox or the outbox on the second file system of the same disk, whose root is `out` beside the home. */
export function moveOut(home: string, room: 'inbox' | 'outbox'): void {
  const config = readFileSync(configOf(home), 'utf8');
  writeFileSync(configOf(home), config.replace(`${room} = "${room}"`, `${room} = "../out/${room}"`));
  mkdirSync(join(dirname(home), 'out', room), { recursive: true });
}

/** Written beside and renamed in, as the IEC does. */
export function deliver(home: string, { delivery, files }: Pick<Corte, 'delivery' | 'files'>): void {
  put(placeOf(home, 'inbox'), delivery, files);
}

export function deliverTrust(home: string, trust: KitTrust): void {
  put(placeOf(home, 'inbox'), `trust-${trust.document.version}`, trustFiles(trust));
}

function put(inbox: string, name: string, files: Readonly<Record<string, Buffer>>): void {
  if (existsSync(join(inbox, name))) return;
  const aside = join(inbox, `.up-${name}`);
  mkdirSync(aside, { recursive: true });
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(aside, file), bytes);
  renameSync(aside, join(inbox, name));
}

/** By the command as a process of its own. */
export function admit(home: string, env?: Readonly<Record<string, string>>): Promise<Told> {
  return cotejo(admitting(home), env);
}

function admitting(home: string): string[] {
  return ['difusor', 'admit', '--config', configOf(home), '--json'];
}

/** Within this process, as it looks at an image. */
export function admitAgain(home: string): Promise<Told> {
  return ask(admitting(home));
}

/** Starts the daemon and waits until it has written its status anew and taken all that waits. */
export async function runUntilSettled(home: string, more: readonly string[] = []): Promise<Running & { isSettled: boolean }> {
  const status = join(placeOf(home, 'outbox'), 'status.json');
  const began = Date.now();
  const running = start(['difusor', 'run', '--config', configOf(home), ...more]);
  const waits = () => namesIn(placeOf(home, 'inbox')).some((name) => /^(jornada|trust)-/.test(name));
  const isNew = () => existsSync(status) && statSync(status).mtimeMs > began;
  await until(() => running.status() !== null || (isNew() && !waits()), 40);
  return { ...running, isSettled: isNew() && !waits() };
}

/** As after a reboot. @returns what went wrong */
export async function comeUp(home: string, by: By): Promise<string[]> {
  if (by === 'run') {
    const running = await runUntilSettled(home);
    const ended = running.status();
    await running.stop();
    if (ended !== null) return [`FAULT run ended by itself: ${running.said().slice(-200)}`];
    return running.isSettled ? [] : ['FAULT run does not settle'];
  }
  const { status, json, said } = await admitAgain(home);
  const codes = json.filter(({ outcome }) => outcome === 'refused').map(({ code }) => String(code));
  if (status === 1) return [`NOTE a delivery that the cut tore is refused (${[...new Set(codes)].join(' ')})`];
  return status === 0 ? [] : [`FAULT admit after the cut: ${status} ${said}`];
}

export interface Sound {
  /** the newest corte */
  readonly number: number;
  /** the newest trust document's version */
  readonly trust: number;
  readonly cortes: Cortes;
  /** what readers are shown, if it is not the newest corte */
  readonly page?: string;
}

/** Everything that must be right after a restart. @returns what is not */
export async function soundness(home: string, { number, trust, cortes, page }: Sound): Promise<string[]> {
  const wrong: string[] = [];
  const say = (text: string) => void wrong.push(`FAULT after the restart: ${text}`);
  const shown = shownIn(home, cortes);
  if (shown !== (page ?? number)) say(`public is ${String(shown).slice(0, 80)}, not ${(page ?? String(number)).slice(0, 80)}`);
  const chain = chainIn(join(home, 'state/chain'), cortes);
  if (typeof chain === 'string' || chain.length !== number) say(`the chain is ${String(chain)}, not to ${number}`);
  const config = ['--config', configOf(home), '--json'];
  const [told, audited] = await Promise.all([ask(['difusor', 'status', ...config]), audit(home)]);
  const status = told.json[0] as unknown as { phases: { number: number | null }[]; trust: { version: number } } | undefined;
  if (told.status !== 0 || (status?.phases[0]?.number ?? 0) !== number || status?.trust.version !== trust)
    say(`status ${told.status} ${told.said}`);
  const repaired = await ask(['difusor', 'repair', ...config]);
  if (repaired.status !== 0) say(`repair ${repaired.status} ${repaired.said}`);
  const phases = (audited.json[0] as unknown as { phases: { cortes: number }[] } | undefined)?.phases;
  if (audited.status !== 0 || (phases?.[0]?.cortes ?? 0) !== number) say(`audit chain ${audited.status} ${audited.said}`);
  if (number > 0) {
    const corte = readFileSync(join(home, 'state/chain/jornada', sixDigits(number), 'corte.json'));
    const acuse = acuseIn(placeOf(home, 'outbox'), number);
    if (acuse !== sha256(corte)) say(`the acuse of corte ${number} is ${acuse}`);
  }
  const left = readdirSync(join(home, 'state/staging'));
  if (left.length > 0) say(`staging holds ${left.join(' ')}`);
  return wrong;
}

export function audit(home: string): Promise<Told> {
  return ask(['audit', 'chain', join(home, 'state/chain'), '--anchor', join(home, 'anchor.json'), '--packages', '--json']);
}
