import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { DIRECT, type ProxyFor } from '../../../src/audit/source/proxies.ts';
import type { SellarEvent } from '../../../src/iec/sellar/events.ts';
import type { PassPace } from '../../../src/iec/sellar/pace.ts';
import { sealPass } from '../../../src/iec/sellar/pass.ts';
import { viewToSeal } from '../../../src/iec/sellar/phases.ts';
import type { Autoridad } from '../../../src/iec/setup/sellar.ts';
import { openTokens, type Tokens } from '../../../src/sello/tokens.ts';
import { type Answers, type Authority, honest, serveAuthority } from '../../kit/authority.ts';
import { type Corte, makeChain, writeInChain } from '../../kit/cortes.ts';
import { makeTrust, signTrust, writeTrust } from '../../kit/election.ts';
import { makeFolder, writeFiles } from '../../kit/folders.ts';

/** An Institute with a chain and two authorities, each of which does with a query what a test wants. */

/** By the second. Certificates are valid by this machine's clock, so the night is now. */
const NOW = Math.floor(Date.now() / 1000) * 1000;
export const trust = signTrust(makeTrust({ now: NOW }));

/** One file's trials share it: opening it anew takes a folder each. */
export const opened: Promise<Tokens> = openTokens();

export async function makeStage(t: ExecutionContext, authorities: Readonly<Record<'uno' | 'dos', Authority>>, cortes = 2) {
  const folder = await makeFolder(t);
  const chain = join(folder, 'chain');
  await writeTrust(trust, join(chain, 'trust/1.json'));
  const made: Corte[] = makeChain(cortes, { trust });
  for (const corte of made) await writeInChain(chain, corte);
  const behaviour: Record<'uno' | 'dos', { now: Answers }> = { uno: { now: honest }, dos: { now: honest } };
  const clock = { now: NOW };
  /** by how much the clock of an authority differs from the Institute's, ms */
  const off = { uno: 0, dos: 0 };
  const served = {
    uno: await serveAuthority(t, authorities.uno, behaviour.uno, () => clock.now + off.uno),
    dos: await serveAuthority(t, authorities.dos, behaviour.dos, () => clock.now + off.dos),
  };
  const places = { folder: join(folder, 'sellar'), autoridades: join(folder, 'autoridades') };
  await writeFiles(places.autoridades, { 'uno.pem': authorities.uno.pem, 'dos.pem': authorities.dos.pem });
  const events: SellarEvent[] = [];
  const sellos = join(places.folder, 'sellos/jornada');
  const autoridad = (['uno', 'dos'] as const).map((name): Autoridad => ({ name, url: served[name].url.href }));
  return {
    folder,
    chain,
    autoridades: places.autoridades,
    sellos,
    made,
    served,
    behaviour,
    /** as `[[sellar.autoridad]]` has them */
    autoridad,
    clock,
    off,
    events,
    async pass(pace: Partial<PassPace> = {}, proxyFor: ProxyFor = DIRECT, stop?: AbortSignal) {
      return sealPass(await viewToSeal(chain, 'jornada'), {
        sellar: { ...places, autoridad },
        tokens: await opened,
        proxyFor,
        now: () => clock.now,
        random: () => 0.5,
        heard: (event) => events.push(event),
        stop,
        pace: { restMs: 0, answerMs: 20_000, ...pace },
      });
    },
    files: async (phase = 'jornada') => (await readdir(join(sellos, '..', phase)).catch((): string[] => [])).sort(),
    read: (name: string) => readFile(join(sellos, name)),
    /** IEC.toml, with what a command wants of it. */
    async writeConfig(): Promise<string> {
      const file = join(folder, 'IEC.toml');
      const tables = autoridad.map(({ name, url }) => `[[sellar.autoridad]]\nname = "${name}"\nurl = "${url}"\n`).join('');
      await writeFile(
        file,
        `chain = "chain"\nsource = "publicacion"\nphase = "jornada"\nkey = "firma-1"\nssh_key = "ssh"\npanel = "panel"\n[sellar]\nfolder = "sellar"\nautoridades = "autoridades"\n${tables}`,
      );
      return file;
    },
  };
}
