import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNewest } from '../../src/chain/chain-folder.ts';
import type { Introduction } from '../../src/difusor/setup/init.ts';
import { openMark } from '../../src/iec/record/signed-mark.ts';
import { type Corte, writeInChain } from '../kit/cortes.ts';
import { type KitTrust, writeTrust } from '../kit/election.ts';
import { ask, cotejo, type Told } from './commands.ts';
import type { Fixtures } from './fixtures.ts';

/** The Institute on a disk: its chain, its keys, its configuration. */

export async function writeChain(chain: string, trust: readonly KitTrust[], cortes: readonly Corte[]): Promise<void> {
  for (const one of trust) await writeTrust(one, join(chain, `trust/${one.document.version}.json`));
  for (const corte of cortes) await writeInChain(chain, corte);
}

export interface NodeAt {
  readonly name: string;
  readonly port: number;
  readonly introduction: Introduction;
}

/** IEC.toml over nodes of this machine, with the keys beside it, and a chain that is there. @param source the publication's folder */
export async function writeIec(
  folder: string,
  { keys }: Pick<Fixtures, 'keys'>,
  source: string,
  nodes: readonly NodeAt[],
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const file of ['firma-1', 'firma-1.pub', 'iec', 'iec.pub']) copyFileSync(join(keys, file), join(folder, file));
  const lines = ['chain = "chain"', `source = "${source}"`, 'phase = "jornada"', 'key = "firma-1"', 'ssh_key = "iec"'];
  lines.push('panel = "panel"');
  for (const { name, port, introduction } of nodes) {
    lines.push('[[difusor]]', `name = "${name}"`, `title = "${name}"`, `url = "https://${name}.example/"`);
    lines.push('[[difusor.node]]', 'name = "web1"', 'host = "127.0.0.1"', `port = ${port}`, 'user = "iec"');
    lines.push(`host_key = "${introduction.sftp_host_key}"`, `acuse_key = "${introduction.acuse_key}"`);
    lines.push('inbox = "inbox"', 'outbox = "outbox"');
  }
  writeFileSync(join(folder, 'IEC.toml'), `${lines.join('\n')}\n`);
  // The chain is this machine's own, although the test wrote it.
  const [chain, panel] = [join(folder, 'chain'), join(folder, 'panel')];
  mkdirSync(panel, { recursive: true });
  const newest = await readNewest(chain, 'jornada');
  const end = { number: newest?.statement.number ?? 0, corte: newest?.sha256 ?? null };
  await (await openMark(panel, chain)).take('jornada', end);
}

export function pack(chain: string, source: string, key: string, env?: Readonly<Record<string, string>>): Promise<Told> {
  return cotejo(packing(chain, source, key), env);
}

/** Within this process, as it looks at an image. */
export function packAgain(chain: string, source: string, key: string): Promise<Told> {
  return ask(packing(chain, source, key));
}

export function packing(chain: string, source: string, key: string): string[] {
  return ['iec', 'pack', source, '--chain', chain, '--phase', 'jornada', '--key', key, '--json'];
}

export function auditOf(chain: string, anchor: string): Promise<Told> {
  return ask(['audit', 'chain', chain, '--anchor', anchor, '--packages', '--json']);
}
