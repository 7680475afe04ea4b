import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Corte } from '../../kit/cortes.ts';
import { type KitTrust, trustFiles } from '../../kit/election.ts';
import type { Case, CasePlan } from '../case.ts';
import { must, start, until } from '../commands.ts';
import { cortesOf } from '../fixtures.ts';
import { type Cortes, chainIn, hashesIn, namesIn, same, shownIn, sixDigits } from '../look.ts';
import { admitAgain, comeUp, configOf, runUntilSettled, soundness } from '../node-disk.ts';
import { lengthOf, nodeWith } from './admit.ts';

/**
 * Corte 1 is live, another site shows corte 3, and `cotejo traer` brings what lies between. Flags: `beside` the daemon runs too
 * and admits what comes; without it the deliveries stay in traer's inbox.
 */
export function traerCase(plan: CasePlan): Case {
  const { fixtures, flags } = plan;
  const cortes = cortesOf(...fixtures.cortes);
  const inboxOf = (home: string) => join(home, 'traer/inbox');
  const site = siteOf(fixtures.trust, fixtures.cortes);
  const traer = (home: string) => start(['traer', '--config', configOf(home)]);
  const isBrought = (home: string) => [2, 3].every((n) => isIn(inboxOf(home), n) || isIn(join(home, 'state/chain'), n));
  return {
    parts: 1,
    // It leaves a quarter of a gigabyte to others.
    room: 320 * 1024 * 1024,
    lingerMs: 4000,
    async prepare(at) {
      const home = join(at, 'n');
      await nodeWith(plan, home, fixtures.trust, [fixtures.cortes[0]]);
      const { port } = (await site).address() as AddressInfo;
      const table = `[traer]\nmirrors = ["http://127.0.0.1:${port}/"]\npadron = false\nwait_seconds = 0\nask_seconds = 0.2\n`;
      const text = readFileSync(configOf(home), 'utf8');
      const at1 = text.search(/^\[/m);
      writeFileSync(configOf(home), at1 < 0 ? `${text}\n${table}` : `${text.slice(0, at1)}${table}\n${text.slice(at1)}`);
    },
    async act(at, disk) {
      const home = join(at, 'n');
      const daemon = flags.has('beside') ? await runUntilSettled(home) : null;
      const bringing = traer(home);
      must(await until(() => isBrought(home), 60), bringing.said);
      disk.mark('brought');
      if (daemon) must(await until(() => shownIn(home, cortes) === 3, 60), daemon.said);
      await bringing.stop();
      await daemon?.stop();
    },
    async judge(at, passed) {
      const home = join(at, 'n');
      const out: string[] = [];
      const say = (what: string) => void out.push(`FAULT ${what}`);
      const waits = namesIn(inboxOf(home));
      for (const name of waits)
        if (!isWholeDelivery(join(inboxOf(home), name), name, cortes)) say(`${name} waits and is not whole`);
      const [shown, has] = [shownIn(home, cortes), lengthOf(chainIn(join(home, 'state/chain'), cortes))];
      if (typeof shown !== 'number') say(`before the restart public is ${shown}`);
      if (has === 0) say('before the restart the chain is not whole');
      if (passed.has('done') && flags.has('beside') && shown !== 3) say(`done was told, and public is ${shown}`);
      if (passed.has('done') && !isBrought(home)) out.push('NOTE what was brought is lost, and is brought again');
      out.push(...(await comeUp(home, flags.has('beside') ? 'run' : 'admit')));
      const bringing = traer(home);
      const isAll = await until(() => isBrought(home) || bringing.status() !== null, 60);
      if (!isAll || !isBrought(home)) say(`traer after the cut: ${bringing.said().slice(-200)}`);
      await bringing.stop();
      const told = await admitAgain(home);
      if (told.status !== 0) say(`what traer brought after the cut: ${told.status} ${told.said}`);
      out.push(...(await soundness(home, { number: 3, trust: 1, cortes })));
      if (namesIn(inboxOf(home)).length > 0) say(`left in traer's inbox: ${namesIn(inboxOf(home)).join(' ')}`);
      return [`shows ${shown}, chain to ${has}, waiting: ${waits.map((name) => name.slice(-1)).join(' ') || 'none'}`, ...out];
    },
    async end() {
      (await site).closeAllConnections();
      (await site).close();
    },
  };
}

function isIn(folder: string, number: number): boolean {
  return existsSync(join(folder, `jornada-${sixDigits(number)}`)) || existsSync(join(folder, 'jornada', sixDigits(number)));
}

function isWholeDelivery(folder: string, name: string, cortes: Cortes): boolean {
  return same(hashesIn(folder), cortes.get(Number(name.slice(-6)))?.files ?? {});
}

/** Another Difusor's site, as far as it is asked for here. */
async function siteOf(trust: KitTrust, cortes: readonly Corte[]): Promise<Server> {
  const newest = cortes.at(-1)!;
  const { phase, number, election, taken_at } = newest.statement;
  const head = { phase, number, corte: newest.sha256, taken_at };
  const files = new Map<string, Buffer>([
    ['ultimo.json', Buffer.from(JSON.stringify({ ...head, shows: 'corte', base: `/cotejo/c/${number}/` }))],
    [
      'chain/index.json',
      Buffer.from(JSON.stringify({ election, trust: 1, phases: { [phase]: { number, corte: newest.sha256 } } })),
    ],
    ...Object.entries(trustFiles(trust)).map(([name, bytes]) => [`chain/trust/${name}`, bytes] as const),
    ...cortes.flatMap(({ statement, files: own }) =>
      Object.entries(own).map(([name, bytes]) => [`chain/${phase}/${sixDigits(statement.number)}/${name}`, bytes] as const),
    ),
  ]);
  const server = createServer((request, response) => {
    const bytes = files.get((request.url ?? '').replace(/^\/cotejo\//, ''));
    response.writeHead(bytes ? 200 : 404, { 'content-length': bytes?.length ?? 0 }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
