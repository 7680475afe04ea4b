import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readNewest } from '../../../src/chain/chain-folder.ts';
import { openMark } from '../../../src/iec/record/signed-mark.ts';
import { freePort } from '../../kit/port.ts';
import type { Case, CasePlan } from '../case.ts';
import { ask, must, start, until } from '../commands.ts';
import { writePublication } from '../fixtures.ts';
import { auditOf, writeChain, writeIec } from '../institute-disk.ts';
import { type Cortes, chainIn, hashesIn, isJson, namesIn, sixDigits } from '../look.ts';
import { runUntilSettled } from '../node-disk.ts';
import { lengthOf } from './admit.ts';

/**
 * `iec run` for some periods, with one node that takes everything and one that nobody reaches. The node's disk is not cut:
 * what it holds, the Institute must hold after the cut, and its record must be read again and go on.
 */
export function nightCase({ fixtures, folder }: CasePlan): Case {
  const home = join(folder, 'node');
  const source = join(folder, 'publicacion');
  const atNode = (n: number) => join(home, 'state/chain/jornada', sixDigits(n));
  const run = (at: string) => start(['iec', 'run', '--config', join(at, 'iec/IEC.toml')]);
  let port = 0;
  let cortes: Cortes = new Map();
  return {
    parts: 1,
    lingerMs: 500,
    async prepare(at) {
      port = await freePort();
      writePublication(source, 2);
      const introduction = await fixtures.node(home, fixtures.quick);
      await writeChain(join(at, 'iec/chain'), [fixtures.quick], []);
      const elsewhere = await fixtures.node(join(folder, 'lejano'), fixtures.quick);
      const far = { name: 'lejano', port: await freePort(), introduction: elsewhere };
      await writeIec(join(at, 'iec'), fixtures, source, [{ name: 'vanguardia', port, introduction }, far]);
    },
    watched: () => Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`the node has corte ${i + 1}`, atNode(i + 1)])),
    async act(at) {
      const node = await runUntilSettled(home, ['--sftp', `127.0.0.1:${port}`]);
      const night = run(at);
      must(await until(() => existsSync(atNode(4)) || night.status() !== null, 90), night.said);
      must(night.status() === null, night.said);
      await sleep(1500);
      await night.stop();
      await node.stop();
      const chain = join(at, 'iec/chain/jornada');
      cortes = new Map(
        namesIn(chain)
          .filter((name) => /^\d{6}$/.test(name))
          .map((name) => [Number(name), { tree: {}, files: hashesIn(join(chain, name)) }]),
      );
    },
    async judge(at, passed) {
      const out: string[] = [];
      const say = (text: string) => void out.push(`FAULT ${text}`);
      const [chain, panel] = [join(at, 'iec/chain'), join(at, 'iec/panel')];
      const found = chainIn(chain, cortes);
      const has = lengthOf(found);
      if (typeof found === 'string') return [`FAULT the chain after the cut: ${found}`];
      const given = Math.max(0, ...[...passed].map((mark) => Number(/^the node has corte (\d+)$/.exec(mark)?.[1] ?? 0)));
      if (has < given) say(`the node has corte ${given}, the Institute only ${has}: the next one is a fork`);
      for (const file of ['estado.json', 'enlaces.json', 'difusores.html', 'index.html']) {
        if (!existsSync(join(panel, file))) continue;
        const text = readFileSync(join(panel, file), 'utf8');
        const isWhole = file.endsWith('json') ? isJson(text) : text.trimEnd().endsWith('</html>');
        if (!isWhole) out.push(`${file === 'index.html' ? 'NOTE' : 'FAULT'} panel/${file} is empty or torn until the restart`);
      }
      const log = join(panel, 'bitacora.jsonl');
      const lines = () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n') : ['']);
      if (
        lines().at(-1) !== '' ||
        lines()
          .slice(0, -1)
          .some((line) => !isJson(line))
      )
        out.push('NOTE bitacora.jsonl ends in the middle of a line, or in zeros');
      const status = await ask(['iec', 'status', '--config', join(at, 'iec/IEC.toml'), '--json']);
      if (status.status !== 0) say(`iec status ${status.status} ${status.said}`);
      const newest = await readNewest(chain, 'jornada');
      const end = { number: newest?.statement.number ?? 0, corte: newest?.sha256 ?? null };
      const isOwn = await (await openMark(panel, chain)).holds('jornada', end, Date.now());
      if (!isOwn) say('the end of its chain is not its own any more');
      const config = join(at, 'iec/IEC.toml'); // its nodes are not there, and it need not hear one
      writeFileSync(config, `relevo_unasked = 2\n${readFileSync(config, 'utf8')}`);
      const night = run(at);
      const packs = await until(() => existsSync(join(chain, 'jornada', sixDigits(has + 1))) || night.status() !== null, 40);
      await sleep(500);
      if (night.status() !== null) say(`iec run after the cut ended: ${night.said().slice(-200)}`);
      else if (!packs) say('iec run packs no more');
      await night.stop();
      if (lines().some((line) => !isJson(line) && line.includes('"event":"started"')))
        say('bitacora.jsonl: a line is glued to a torn one');
      if (lines().some((line) => line.includes('record-lost'))) say('estado.json was given up as spoiled');
      const audited = await auditOf(chain, join(chain, 'trust/1.json'));
      if (audited.status !== 0) say(`audit chain in the end ${audited.status} ${audited.said}`);
      return [`chain to ${has}, the node has ${given}`, ...out];
    },
  };
}
