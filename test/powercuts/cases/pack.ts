import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../kit/port.ts';
import type { Case, CasePlan } from '../case.ts';
import { ask, cotejo, killedAfter, must, start, until } from '../commands.ts';
import { cortesOf, hashesOf, writePublication } from '../fixtures.ts';
import { auditOf, pack, packAgain, packing, writeChain, writeIec } from '../institute-disk.ts';
import { type Cortes, chainIn, hashesIn, namesIn, same } from '../look.ts';
import { configOf, deliver, runUntilSettled } from '../node-disk.ts';
import { lengthOf } from './admit.ts';

/** The Institute's chain has corte 1; `iec pack` makes corte 2. */
export function packCase({ fixtures, folder }: CasePlan): Case {
  const source = (n: number) => join(folder, `publicacion-${n}`);
  const anchor = (chain: string) => join(chain, 'trust/1.json');
  const key = join(fixtures.keys, 'firma-1');
  let cortes: Cortes = cortesOf(fixtures.cortes[0]);
  return {
    parts: 1,
    lingerMs: 4000,
    async prepare(at) {
      for (const n of [2, 3]) writePublication(source(n), n);
      await writeChain(join(at, 'chain'), [fixtures.trust], [fixtures.cortes[0]]);
    },
    watched: (at) => ({ 'corte 2 visible': join(at, 'chain/jornada/000002') }),
    async act(at) {
      const told = await pack(join(at, 'chain'), source(2), key);
      must(told.status === 0, () => told.said);
      const files = hashesIn(join(at, 'chain/jornada/000002'));
      cortes = new Map([...cortesOf(fixtures.cortes[0]), [2, { tree: {}, files }]]);
    },
    async judge(at, passed) {
      const chain = join(at, 'chain');
      const out: string[] = [];
      const say = (text: string) => void out.push(`FAULT ${text}`);
      const found = chainIn(chain, cortes);
      const has = lengthOf(found);
      if (has !== 1 && has !== 2) say(`the chain after the cut: ${String(found)}`);
      const before = await auditOf(chain, anchor(chain));
      if (before.status !== 0) say(`audit chain ${before.status} ${before.said}`);
      if (has === 1 && passed.has('done')) say('done was told, and corte 2 is lost: the next pack signs another one');
      else if (has === 1 && passed.has('corte 2 visible')) out.push('NOTE corte 2 could be read in the chain, and is lost');
      const told = await packAgain(chain, source(3), key);
      if (told.status !== 0) say(`iec pack after the cut: ${told.status} ${told.said}`);
      else if (Number(told.json[0]?.['number']) !== has + 1) say(`the next corte is ${told.json[0]?.['number']} on ${has}`);
      const after = await auditOf(chain, anchor(chain));
      if (after.status !== 0) say(`audit chain in the end ${after.status} ${after.said}`);
      const left = namesIn(chain).filter((name) => !['trust', 'jornada', 'index.json', '.lock'].includes(name));
      if (left.length > 0) say(`left in the chain: ${left.join(' ')}`);
      return [`chain to ${has}`, ...out];
    },
  };
}

/**
 * The Institute's disk is cut; the node, elsewhere, keeps what it has admitted: a corte that a node holds and the Institute
 * lost becomes a fork with the next pack. Flags: `killed` the pack is killed right after its rename, then `iec push`;
 * `beside` the push runs while the pack waits for the disk.
 */
export function pushCase({ fixtures, folder, flags }: CasePlan): Case {
  const home = join(folder, 'node');
  const source = (n: number) => join(folder, `publicacion-${n}`);
  const paths = (at: string) => [join(at, 'iec/chain'), source(2), join(at, 'iec/firma-1')] as const;
  const push = (at: string) => cotejo(['iec', 'push', '--config', join(at, 'iec/IEC.toml'), '--json']);
  const corte2 = 'chain/jornada/000002';
  let port = 0;
  const nodeUp = () => runUntilSettled(home, ['--sftp', `127.0.0.1:${port}`]);
  return {
    parts: 1,
    lingerMs: 300,
    async prepare(at) {
      port = await freePort();
      for (const n of [2, 3]) writePublication(source(n), n);
      const introduction = await fixtures.node(home, fixtures.trust);
      deliver(home, fixtures.cortes[0]);
      const first = await cotejo(['difusor', 'admit', '--config', configOf(home), '--json']);
      must(first.status === 0, () => first.said);
      await writeChain(join(at, 'iec/chain'), [fixtures.trust], [fixtures.cortes[0]]);
      await writeIec(join(at, 'iec'), fixtures, source(2), [{ name: 'vanguardia', port, introduction }]);
      const node = await nodeUp();
      const told = await pushed(() => push(at));
      must(told.status === 0, () => told.said);
      await node.stop();
    },
    watched: (at) => ({ 'corte 2 visible': join(at, 'iec', corte2), 'the node has corte 2': join(home, 'state', corte2) }),
    async act(at, disk) {
      const node = await nodeUp();
      if (flags.has('killed')) {
        const killed = await pack(...paths(at), killedAfter(corte2));
        must(killed.status === 'SIGKILL', () => killed.said);
        disk.mark('killed');
      } else if (!flags.has('beside')) {
        const packed = await pack(...paths(at));
        must(packed.status === 0, () => packed.said);
      }
      const held = flags.has('beside') ? start(packing(...paths(at)), killedAfter(corte2, 'SIGSTOP')) : null;
      if (held) must(await until(() => existsSync(join(at, 'iec', corte2)), 40), held.said);
      const told = await pushed(() => push(at));
      held?.child.kill('SIGCONT');
      if (held) must(await until(() => held.status() === 0, 40), held.said);
      must(told.status === 0, () => told.said);
      await node.stop();
    },
    async judge(at, passed) {
      const chain = join(at, 'iec/chain');
      const has = lengthOf(chainIn(chain, cortesOf(fixtures.cortes[0])));
      const isHeld = passed.has('the node has corte 2');
      const state = `chain to ${has}, the node has ${isHeld ? 2 : 1}`;
      if (!isHeld || has === 2) return [state];
      const told = await packAgain(chain, source(3), join(at, 'iec/firma-1'));
      if (told.status !== 0) return [state, `NOTE pack refuses then: ${told.said.slice(-120)}`];
      return [state, 'FAULT a fork of its own making: the node has a corte 2 that the Institute lost, and it signed another'];
    },
  };
}

/** A busy machine may ask to try again (exit 3). */
async function pushed(push: () => ReturnType<typeof cotejo>): ReturnType<typeof cotejo> {
  for (let tries = 0; ; tries++) {
    const told = await push();
    if (told.status !== 3 || tries === 3) return told;
  }
}

/** Trust 2 has ended the signer of cortes 2 and 3: `iec heal` sets them aside. */
export function healCase({ fixtures, folder }: CasePlan): Case {
  const cortes = cortesOf(...fixtures.cortes);
  const source = join(folder, 'publicacion');
  const heal = (at: string, run: typeof ask) => run(['iec', 'heal', '--chain', join(at, 'iec/chain'), '--json']);
  const isSetAside = (at: string, n: number) => {
    const revoked = join(at, 'iec/revoked');
    const name = namesIn(revoked).find((entry) => entry.startsWith(`jornada-00000${n}-`));
    const files = hashesOf(fixtures.cortes[n - 1] as (typeof fixtures.cortes)[0]).files;
    return name !== undefined && same(hashesIn(join(revoked, name)), files);
  };
  return {
    parts: 1,
    lingerMs: 4000,
    async prepare(at) {
      writePublication(source, 4);
      await writeChain(join(at, 'iec/chain'), [fixtures.trust, fixtures.revoking], fixtures.cortes);
    },
    async act(at) {
      const told = await heal(at, cotejo);
      must(told.status === 0, () => told.said);
    },
    async judge(at, passed) {
      const chain = join(at, 'iec/chain');
      const out: string[] = [];
      const say = (text: string) => void out.push(`FAULT ${text}`);
      const found = chainIn(chain, cortes);
      const has = lengthOf(found);
      if (has === 0) say(`the chain after the cut: ${String(found)}`);
      for (const n of [2, 3]) if (has < n && !isSetAside(at, n)) say(`corte ${n} left the chain and is not kept`);
      if (passed.has('done') && has !== 1) say('done was told, and cortes are there that the trust document disowns');
      const healed = await heal(at, ask);
      if (healed.status !== 0 || lengthOf(chainIn(chain, cortes)) !== 1) say(`heal after the cut: ${healed.status} ${healed.said}`);
      for (const n of [2, 3]) if (!isSetAside(at, n)) say(`corte ${n} is not kept in the end`);
      const told = await packAgain(chain, source, join(fixtures.keys, 'relevo-1'));
      if (told.status !== 0 || Number(told.json[0]?.['number']) !== 2) say(`the next pack: ${told.status} ${told.said}`);
      const audited = await auditOf(chain, join(chain, 'trust/1.json'));
      if (audited.status !== 0) say(`audit chain ${audited.status} ${audited.said}`);
      return [`chain to ${has}`, ...out];
    },
  };
}
