import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { said } from '../../../src/format/said.ts';
import type { TroubleCode } from '../../../src/iec/link/trouble.ts';
import { words } from '../../../src/iec/outside/words.ts';
import { type PanelMoment, writePanel } from '../../../src/iec/panel/panel.ts';
import { viewChain } from '../../../src/iec/record/chain-view.ts';
import { type Ledger, openLedger } from '../../../src/iec/record/ledger.ts';
import type { Seen } from '../../../src/iec/record/seen.ts';
import { type IecConfig, nodesOf, readIecConfig } from '../../../src/iec/setup/config.ts';
import { makeChain, writeInChain } from '../../kit/cortes.ts';
import { makeTrust, NOW, signTrust, writeTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeKey } from '../../kit/keys.ts';

/** A war room's wall: so many nodes, some of them in trouble, two minutes after the beginning of a period. */

const PERIOD = 600_000;
const OPENS = NOW - 6 * 3_600_000;
const CORTES = 7;
/** ms */
export const WALL_NOW = OPENS + (CORTES - 1) * PERIOD + 120_000;

/** What is wrong with one node. */
export interface Ill {
  /** failed periods up to the last one that ended */
  readonly failed?: number;
  readonly trouble?: readonly [TroubleCode, string];
  /** ms before now */
  readonly silent?: number;
  readonly never?: boolean;
  /** what a reader sees at its site; the newest corte, if absent */
  readonly site?: Pick<Seen, 'state' | 'detail'>;
  /** whether its site shows the newest corte and it signed for it there, though SFTP is cut */
  readonly byNetwork?: boolean;
}

export const UNREACHABLE: readonly [TroubleCode, string] = ['unreachable', '192.0.2.7:22: EHOSTUNREACH'];

/** Ten in ten ways. */
export const TEN: readonly Ill[] = [
  { failed: 5, trouble: UNREACHABLE },
  { failed: 3, trouble: ['host-key-changed', `192.0.2.9 shows SHA256:${'B'.repeat(43)}, SHA256:${'A'.repeat(43)} is pinned`] },
  { failed: 4, trouble: ['login-refused', "192.0.2.3 does not let iec in with the IEC's key"], silent: 0 },
  { failed: 2, trouble: ['not-taken', 'jornada-000006 lies in inbox on 192.0.2.4 and nobody takes it'], silent: 1_500_000 },
  { failed: 2, trouble: ['disk-full', '192.0.2.5 has 812 bytes left for inbox, jornada-000006 needs 40960'] },
  { failed: 1, trouble: ['no-answer', '192.0.2.6:22 takes the connection and does not log us in'], byNetwork: true },
  {
    failed: 1,
    trouble: ['stalled', '192.0.2.6 has not answered for 30 s'],
    site: { state: 'cache-viejo', detail: words.oldCache(5, 7) },
  },
  { silent: 180_000 },
  { trouble: ['clock-skew', "its clock is 210 s behind the IEC's"] },
  { never: true, trouble: UNREACHABLE },
];

const NAMES = ['Vanguardia', 'El Zócalo de Saltillo', 'Radio Laguna', 'Universidad Autónoma de Coahuila', 'Canal 7', 'El Siglo'];

export interface Wall {
  readonly config: IecConfig;
  readonly ledger: Ledger;
  readonly page: string;
  write(now?: number, moment?: Omit<PanelMoment, 'now'>): Promise<void>;
}

/** @param ill the first nodes, in the order of the configuration; the others are well */
export async function makeWall(t: ExecutionContext, nodes: number, ill: readonly Ill[], phase = 'jornada'): Promise<Wall> {
  const folder = await makeFolder(t);
  const trust = signTrust(makeTrust());
  await writeTrust(trust, join(folder, 'chain/trust/1.json'));
  for (const corte of makeChain(CORTES, { trust, phase })) await writeInChain(join(folder, 'chain'), corte);
  const lines = Array.from({ length: nodes }, (_, i) => [
    '[[difusor]]',
    `name = "difusor-${i}"`,
    `title = ${JSON.stringify(`${NAMES[i % NAMES.length]} ${i < NAMES.length ? '' : i}`.trim())}`,
    `url = "https://prep-${i}.example/"`,
    `contact = "Ing. Guadalupe Peña, guardia de redes, 844 123 45${String(i).padStart(2, '0')}, de 18 a 8 h"`,
    ...(i === 1 ? ['phone = "+52 844 765 4321 ext. 9"'] : []),
    '[[difusor.node]]',
    'name = "web1"',
    `host = "192.0.2.${i + 1}"`,
    'user = "iec"',
    `host_key = "SHA256:${'A'.repeat(43)}"`,
    `acuse_key = "${makeKey(`difusor-${i}`).publicKey}"`,
    'inbox = "inbox"',
    'outbox = "outbox"',
  ]);
  const head = ['chain = "chain"', 'source = "s"', `phase = "${phase}"`, 'key = "k"', 'ssh_key = "k"', 'panel = "panel"'];
  await writeFile(join(folder, 'IEC.toml'), `${[head, ...lines].flat().join('\n')}\n`);
  const config = await readIecConfig(join(folder, 'IEC.toml'));
  const view = await viewChain(config.chain, config.phase);
  let now = OPENS;
  const ledger = await openLedger(config.panel, view, { now: () => now });
  for (let period = 0; period < CORTES; period++) {
    const isPresent = period === CORTES - 1;
    now = isPresent ? WALL_NOW : OPENS + (period + 1) * PERIOD;
    for (const [i, target] of nodesOf(config).entries()) {
      const { failed = 0, trouble, silent, never = false } = ill[i] ?? {};
      const id = `${target.difusor}/web1`;
      const isLate = period >= CORTES - 1 - failed;
      const isBad = never || (failed > 0 ? isLate : isPresent && trouble !== undefined);
      const told = isBad && trouble ? { code: trouble[0], detail: said(trouble[1]) } : null;
      const number = never ? null : isLate && failed > 0 ? CORTES - 1 - failed : period + 1;
      ledger.report({ target, outcome: told ? 'failed' : 'up-to-date', number, trouble: told, bytes: 1_234_567, seconds: 2.4 });
      if (isPresent && silent !== undefined) ledger.looked(id, now - silent);
      if (isPresent) {
        const shown = { number: CORTES, taken_at: null, shows: 'corte', receipt: number } as const;
        const site = ill[i]?.site ?? { state: 'al-dia', detail: words.upToDate(CORTES) };
        const nodes = ill[i]?.byNetwork === true ? ['web1'] : [];
        ledger.saw(config.difusor[i]!, { ...shown, ...site }, { number: CORTES, nodes });
      }
      if (never) continue;
      if (failed === 0 || !isLate) ledger.succeeded(id, period);
      else if (!isPresent && told) ledger.failed(id, { period, lacksSince: CORTES - 1 - failed, cause: told });
    }
  }
  await ledger.save();
  const write: Wall['write'] = (at = WALL_NOW, moment = {}) =>
    writePanel(config, view, ledger, { now: at, keeper: 'run', ...moment });
  await write();
  return { config, ledger, page: join(config.panel, 'index.html'), write };
}
