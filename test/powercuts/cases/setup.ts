import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAnchor } from '../../kit/election.ts';
import type { Case, CasePlan } from '../case.ts';
import { ask, cotejo, must, type Told } from '../commands.ts';
import { cortesOf, writePublication } from '../fixtures.ts';
import { auditOf, packAgain } from '../institute-disk.ts';
import { namesIn, shownIn } from '../look.ts';
import { deliver } from '../node-disk.ts';

/** The commands that set up: after the cut they are run once more, and what they set up must work. */

const keysIn = (folder: string) => namesIn(folder).filter((name) => /key|ssh|new$/.test(name));

/** `difusor init` */
export function initCase({ fixtures, live, after }: CasePlan): Case {
  const config = (at: string) => join(at, 'n/difusor.toml');
  const init = (at: string, run: typeof ask) => {
    const names = ['--difusor', 'vanguardia', '--node', 'web1', '--anchor', join(at, 'etc/anchor.json')];
    const iecKey = join(fixtures.keys, 'iec.pub');
    return run(['difusor', 'init', '--config', config(at), ...names, '--home', join(at, 'n'), '--iec-key', iecKey, '--json']);
  };
  let told: Told | null = null;
  let text = '';
  return {
    parts: 1,
    lingerMs: 3000,
    async prepare(at) {
      await writeAnchor(fixtures.trust, join(at, 'etc'));
    },
    async act(at) {
      told = await init(at, cotejo);
      must(told.status === 0, () => told?.said ?? '');
      text = readFileSync(config(at), 'utf8');
    },
    async judge(at, passed) {
      const out: string[] = [];
      const say = (what: string) => void out.push(`FAULT ${what}`);
      const state = existsSync(config(at)) ? 'configuration' : keysIn(join(at, 'n')).join(' ') || 'nothing';
      if (existsSync(config(at))) {
        if (readFileSync(config(at), 'utf8') !== text) say('a configuration that is not whole');
        // The anchor's path is of the disk as it was mounted.
        writeFileSync(config(at), text.replaceAll(live, after));
      } else if (passed.has('done')) say('done was told, and the configuration is not there');
      else {
        const again = await init(at, ask);
        if (again.status !== 0) say(`init after the cut needs a person: ${again.status} ${again.said}`);
      }
      if (out.length > 0) return [state, ...out];
      if (passed.has('done')) {
        const publicHalf = readFileSync(join(at, 'n/acuse_key.pub'), 'utf8');
        if (!publicHalf.startsWith(String(told?.json[0]?.['acuse_key']))) say('the acuse key is not the one that was told');
      }
      if (keysIn(join(at, 'n')).some((name) => name.endsWith('.new'))) say('a copy of a private key is left aside');
      deliver(join(at, 'n'), fixtures.cortes[0]);
      const taken = await ask(['difusor', 'admit', '--config', config(at), '--json']);
      if (taken.status !== 0 || shownIn(join(at, 'n'), cortesOf(fixtures.cortes[0])) !== 1) say(`it does not work: ${taken.said}`);
      return [state, ...out];
    },
  };
}

/** `iec init` */
export function iecInitCase({ fixtures, folder }: CasePlan): Case {
  const config = (at: string) => join(at, 'iec/IEC.toml');
  const init = (at: string, run: typeof ask) =>
    run(['iec', 'init', '--config', config(at), '--phase', 'jornada', '--anchor', join(at, 'etc/anchor.json'), '--json']);
  const source = join(folder, 'publicacion');
  let told: Told | null = null;
  let text = '';
  return {
    parts: 1,
    lingerMs: 3000,
    async prepare(at) {
      writePublication(source, 1);
      await writeAnchor(fixtures.trust, join(at, 'etc'));
      mkdirSync(join(at, 'iec'));
    },
    async act(at) {
      told = await init(at, cotejo);
      must(told.status === 0, () => told?.said ?? '');
      text = readFileSync(config(at), 'utf8');
    },
    async judge(at, passed) {
      const out: string[] = [];
      const say = (what: string) => void out.push(`FAULT ${what}`);
      const state = existsSync(config(at)) ? 'configuration' : keysIn(join(at, 'iec')).join(' ') || 'nothing';
      if (existsSync(config(at))) {
        if (readFileSync(config(at), 'utf8') !== text) say('a configuration that is not whole');
      } else if (passed.has('done')) say('done was told, and the configuration is not there');
      else {
        const again = await init(at, ask);
        if (again.status !== 0) say(`iec init after the cut needs a person: ${again.status} ${again.said}`);
      }
      if (out.length > 0) return [state, ...out];
      if (passed.has('done')) {
        const publicHalf = readFileSync(join(at, 'iec/ssh_iec.pub'), 'utf8');
        if (!publicHalf.startsWith(String(told?.json[0]?.['ssh_key']))) say('the SSH key is not the one that was told');
      }
      if (keysIn(join(at, 'iec')).some((name) => name.endsWith('.new'))) say('a copy of a private key is left aside');
      const chain = join(at, 'iec/chain');
      for (const made of ['publicacion', 'panel']) if (!existsSync(join(at, 'iec', made))) say(`${made} is not there`);
      const packed = await packAgain(chain, source, join(fixtures.keys, 'firma-1'));
      if (packed.status !== 0) say(`the first pack: ${packed.status} ${packed.said}`);
      const audited = await auditOf(chain, join(at, 'etc/anchor.json'));
      if (audited.status !== 0) say(`audit chain ${audited.status} ${audited.said}`);
      return [state, ...out];
    },
  };
}

/** `iec add-difusor` adds a second node. */
export function addDifusorCase({ fixtures, folder }: CasePlan): Case {
  const config = (at: string) => join(at, 'iec/IEC.toml');
  const add = (at: string, name: string, run: typeof ask) => {
    const where = ['--host', '127.0.0.1', '--built-in', '--title', name, '--url', `https://${name}.example/`];
    return run(['iec', 'add-difusor', join(folder, `${name}.json`), '--config', config(at), ...where, '--json']);
  };
  const texts: string[] = [];
  return {
    parts: 1,
    lingerMs: 3000,
    async prepare(at) {
      for (const difusor of ['vanguardia', 'zocalo']) {
        const introduction = await fixtures.node(join(folder, difusor), fixtures.trust);
        writeFileSync(join(folder, `${difusor}.json`), JSON.stringify({ ...introduction, difusor }));
      }
      await writeAnchor(fixtures.trust, join(at, 'etc'));
      mkdirSync(join(at, 'iec'));
      const made = await cotejo(['iec', 'init', '--config', config(at), '--anchor', join(at, 'etc/anchor.json')]);
      must(made.status === 0, () => made.said);
      const told = await add(at, 'vanguardia', cotejo);
      must(told.status === 0, () => told.said);
      texts.push(readFileSync(config(at), 'utf8'));
    },
    async act(at) {
      const told = await add(at, 'zocalo', cotejo);
      must(told.status === 0, () => told.said);
      texts.push(readFileSync(config(at), 'utf8'));
    },
    async judge(at, passed) {
      const out: string[] = [];
      const say = (what: string) => void out.push(`FAULT ${what}`);
      const text = existsSync(config(at)) ? readFileSync(config(at), 'utf8') : '';
      const has = texts.indexOf(text) + 1;
      if (has === 0) say('a configuration that is neither the old one nor the new one');
      if (passed.has('done') && has !== 2) say('done was told, and the node is not in the configuration');
      if (has === 1) {
        const again = await add(at, 'zocalo', ask);
        if (again.status !== 0) say(`add-difusor after the cut: ${again.status} ${again.said}`);
      }
      const status = await ask(['iec', 'status', '--config', config(at), '--json']);
      const nodes = status.json[0]?.['nodes'] as unknown as unknown[] | undefined;
      if (status.status !== 0 || nodes?.length !== 2) say(`iec status ${status.status} ${status.said}`);
      return [`${has} of 2 nodes`, ...out];
    },
  };
}
