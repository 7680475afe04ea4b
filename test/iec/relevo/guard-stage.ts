import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { encodeDocument } from '../../../src/format/document.ts';
import { Trouble } from '../../../src/iec/link/trouble.ts';
import type { NightEvent } from '../../../src/iec/record/bitacora.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { type Guard, newGuard } from '../../../src/iec/relevo/guard.ts';
import type { IecConfig } from '../../../src/iec/setup/config.ts';
import { type Corte } from '../../kit/cortes.ts';
import { at } from '../../kit/election.ts';
import { makeKey } from '../../kit/keys.ts';
import { files, serve } from '../../kit/web.ts';
import { foundNetwork, type Network, type TrialNode } from '../network.ts';

/** An Institute, its nodes and their addresses, before a guard that is to say whether a corte may be signed. */

export const PERIOD = 600_000;

/** An Institute with three of four cortes, and a clock two periods after the third. */
export async function taken(t: ExecutionContext, names: readonly string[]) {
  const iec = await foundNetwork(t, { cortes: 4 });
  await iec.issue(3);
  await mkdir(iec.panel);
  const nodes: TrialNode[] = [];
  for (const name of names) nodes.push(await iec.node(name, { acuse_key: makeKey(name).publicKey }));
  const config = { ...(await iec.configure()), relevo_unasked: 0 };
  const now = Date.parse(iec.cortes[2]?.statement.taken_at ?? '') + 2 * PERIOD;
  return { iec, nodes, config, now };
}

export interface Watched extends Guard {
  readonly events: NightEvent[];
}

/** @param elapsed ms by a clock that nobody sets; the process's own, if absent */
export function guardOf(
  iec: Network,
  config: IecConfig,
  now: () => number,
  current: () => IecConfig = () => config,
  elapsed?: () => number,
): Watched {
  const events: NightEvent[] = [];
  const tell = (event: NightEvent) => void events.push(event);
  const identity = () => Promise.resolve(iec.identity);
  return { events, ...newGuard({ config: current, identity, now, elapsed, tell, signMs: 100 }) };
}

/** The same Difusores, of which these can't be reached. */
export function without(config: IecConfig, ...names: readonly string[]): IecConfig {
  const away = ({ node, ...one }: IecConfig['difusor'][number]) => ({ ...one, node: node.map((n) => ({ ...n, port: 1 })) });
  return { ...config, difusor: config.difusor.map((one) => (names.includes(one.name) ? away(one) : one)) };
}

/** The node signs for a corte, as its daemon would. */
export async function acknowledge(node: TrialNode, corte: Corte): Promise<void> {
  const { election, phase, number } = corte.statement;
  const hour = at(Date.now());
  const of = { election, phase, number, corte: corte.sha256, difusor: node.name, node: 'web1' };
  const bytes = encodeDocument({
    type: 'cotejo/acuse',
    format: 1,
    ...of,
    received_at: hour,
    admitted_at: hour,
    published_at: hour,
  });
  const file = join(node.home, `outbox/acuses/jornada/${String(number).padStart(6, '0')}.json`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.sig`, makeKey(node.name).signNow(bytes, 'acuse@cotejo'));
  await writeFile(file, bytes);
}

/** Gives a Difusor a public address with a chain of these cortes. */
export async function showing(
  t: ExecutionContext,
  config: IecConfig,
  name: string,
  cortes: readonly Corte[],
  claim = cortes.at(-1)?.statement.number,
): Promise<IecConfig> {
  const newest = cortes.at(-1);
  const phases = newest ? { jornada: { number: claim, corte: newest.sha256 } } : {};
  const all = new Map<string, Uint8Array>();
  const election = cortes[0]?.statement.election ?? 'coahuila-ayuntamientos-2018';
  all.set('cotejo/chain/index.json', encodeDocument({ election, trust: 1, phases }));
  for (const { statement, files: four } of cortes) {
    const folder = `cotejo/chain/jornada/${String(statement.number).padStart(6, '0')}`;
    all.set(`${folder}/corte.json`, four['corte.json']).set(`${folder}/corte.json.sig`, four['corte.json.sig']);
  }
  const url = (await serve(t, files(all))).href;
  return { ...config, difusor: config.difusor.map((one) => (one.name === name ? { ...one, url } : one)) };
}

export async function verdictOf(guard: Guard, config: IecConfig): Promise<string> {
  try {
    await guard.require(await viewChain(config.chain, config.phase));
    return 'free';
  } catch (error) {
    if (error instanceof Trouble) return error.code;
    throw error;
  }
}
