import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { CorteFile } from '../../src/format/naming.ts';
import { CORTE_FILES } from '../../src/format/naming.ts';
import { type PackedCorte, type PackOrder, packCorte } from '../../src/iec/pack/pack.ts';
import { at, type KitTrust, makeTrust, NOW, signTrust, writeTrust } from '../kit/election.ts';
import { makeFolder, writeFiles } from '../kit/folders.ts';
import { makeKey } from '../kit/keys.ts';

/** An Institute with a publication and a chain of its own, and a clock that advances by a minute with each pack. */
export interface Institute {
  readonly folder: string;
  readonly source: string;
  readonly chain: string;
  /** Makes the publication consist of exactly these files. */
  publish(files: Readonly<Record<string, string | Buffer>>): Promise<void>;
  pack(changes?: Partial<PackOrder>): Promise<PackedCorte>;
}

export async function makeInstitute(t: ExecutionContext, trust: KitTrust = signTrust(makeTrust())): Promise<Institute> {
  const folder = await makeFolder(t);
  const [source, chain] = [join(folder, 'publicacion'), join(folder, 'chain')];
  await fs.mkdir(source);
  await writeTrust(trust, join(chain, `trust/${trust.document.version}.json`));
  let now = NOW;
  return {
    folder,
    source,
    chain,
    async publish(files) {
      await fs.rm(source, { recursive: true });
      await fs.mkdir(source);
      await writeFiles(source, files);
    },
    pack(changes = {}) {
      now += 60_000;
      const key = makeKey('firma-1');
      return packCorte({ source, chain, phase: 'jornada', key, takenAt: at(now), now: () => now, ...changes });
    },
  };
}

/** The four files of a corte. */
export async function filesOf(corte: PackedCorte): Promise<Record<CorteFile, Buffer>> {
  const files = await Promise.all(CORTE_FILES.map(async (name) => [name, await fs.readFile(join(corte.folder, name))]));
  return Object.fromEntries(files);
}
