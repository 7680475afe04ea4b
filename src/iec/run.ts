import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProxyFor } from '../audit/source/proxies.ts';
import { ToldError } from '../format/said.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import { newBell } from '../service/bell.ts';
import type { Supervisor } from '../service/supervisor.ts';
import { checkClose } from './after-close.ts';
import { type Duty, sendCourier } from './delivery/courier.ts';
import { acuseMsIn } from './delivery/visit.ts';
import { PATIENCE, type Patience } from './link/open-link.ts';
import { windowOf } from './link/send-window.ts';
import type { SshIdentity } from './link/ssh-identity.ts';
import { type Night, newNight } from './night.ts';
import { lookAt } from './outside/look.ts';
import { newLookout } from './outside/lookout.ts';
import { signersOf } from './outside/receipts.ts';
import { type PackOrder, packCorte } from './pack/pack.ts';
import { words } from './pack/words.ts';
import { writePanel } from './panel/panel.ts';
import type { Tell } from './record/bitacora.ts';
import { viewChain } from './record/chain-view.ts';
import { openLedger } from './record/ledger.ts';
import { newRecibos, type Recibos } from './record/recibos.ts';
import { asideNumbers } from './record/signed-mark.ts';
import { newGuard } from './relevo/guard.ts';
import { type IecConfig, idOf, nodesOf, rosterOf } from './setup/config.ts';
import { excludeOf } from './setup/exclude.ts';

/** `iec run`: the night over real chains, nodes and clocks. What happens at each turn is `night.ts`. */

export interface NightOptions {
  readonly key: SigningKey;
  readonly identity: SshIdentity;
  /** ms since the epoch */
  readonly now: () => number;
  readonly supervisor: Supervisor;
  readonly heard?: Tell | undefined;
  readonly patience?: Patience | undefined;
  /** which proxy the Difusores' sites are asked through; none, if absent */
  readonly proxyFor?: ProxyFor | undefined;
  /** rings when the configuration should be read again (SIGHUP) */
  readonly reread?: { onRing(listener: () => void): void } | undefined;
}

/** How often the night hears that the process runs, ms. */
const BEAT_MS = 500;

/** Reports that come within this time are written together, ms. */
const GATHER_MS = 500;

/**
 * Runs until the signal. The caller holds the panel's lock.
 * @param readConfig reads the configuration anew; called once at the start and at every ring
 * @throws what the first reading throws: a night does not begin with a configuration or a chain that can't be used, nor
 *   after the close with nothing left to bring;
 *   Error where systemd can't be told that it began, and then it has ended
 */
export async function runNight(readConfig: () => Promise<IecConfig>, options: NightOptions, stop: AbortSignal): Promise<void> {
  const { now, supervisor, reread } = options;
  const config = await readConfig();
  const bell = newBell(stop);
  const { night, recibos } = await openNight(config, options, bell.ring);
  reread?.onRing(() => void night.reconfigure(readConfig));
  const beat = supervisor.watchdogMs;
  const watchdog = beat === null ? undefined : setInterval(() => void supervisor.alive().catch(() => {}), beat / 4); // one lost signal does no harm
  const beating = setInterval(() => night.beat(now()), BEAT_MS);
  try {
    await night.begin();
    await supervisor.ready(night.statusLine());
    while (!stop.aborted) {
      const wait = await night.turn(now());
      await supervisor.status(night.statusLine());
      if ((await bell.sleep(wait)) && !stop.aborted) await sleep(Math.min(GATHER_MS, wait));
    }
  } finally {
    clearInterval(watchdog);
    clearInterval(beating);
    try {
      await supervisor.stopping();
      await night.end();
    } finally {
      await recibos.end();
    }
  }
}

/** A night with couriers over SSH, the configured chain and the configured panel, and the receipts that it publishes. */
async function openNight(config: IecConfig, options: NightOptions, ring: () => void): Promise<{ night: Night; recibos: Recibos }> {
  const { key, identity, now, heard, patience = PATIENCE, proxyFor } = options;
  const { chain, source, phase, panel } = config;
  const exclude = excludeOf(config.exclude);
  const look = () => viewChain(chain, phase);
  const view = await look();
  const ledger = await openLedger(panel, view, { now, heard });
  const lacking = nodesOf(config).filter((target) => ledger.node(idOf(target)).number < view.head).length;
  const closed = checkClose(view, lacking, now());
  if (closed) ledger.tell(closed);
  const recibos = newRecibos(panel, view, { anew: 'all', tell: ledger.tell });
  const delivery = { identity, patience, acuseMs: acuseMsIn(view.phase), now, panel, kept: recibos.changed };
  let newest = config;
  const guard = newGuard({ config: () => newest, identity: () => Promise.resolve(identity), now, tell: ledger.tell, proxyFor });
  await guard.begin(view);
  const night = newNight({
    config,
    view,
    ledger,
    now,
    look,
    async pack(current) {
      newest = current;
      await guard.require(await look());
      const official = { folder: current.oficial, roster: rosterOf(current) };
      const signed: PackOrder['signed'] = (statement, corte) => guard.signing(statement, corte);
      // Nobody waits for who holds the chain: why there is no corte is told, and the next try is soon.
      const held = () => {
        throw new ToldError(words.chainHeld(chain));
      };
      const packed = await packCorte({ source, exclude, official, chain, phase, key, now, held, signed });
      await guard.packed(packed.statement, packed.sha256);
      return packed;
    },
    send(target, duty, nodes) {
      const reported: Duty['reported'] = (report, seen) => {
        guard.heard(report);
        duty.reported(report, seen);
      };
      return sendCourier(target, { ...duty, reported }, { ...delivery, windowBytes: windowOf(nodes) });
    },
    async cut({ head }, before) {
      for (const number of await asideNumbers(await realpath(chain), phase)) recibos.changed(number);
      for (let number = head + 1; number <= before; number++) recibos.changed(number);
    },
    lookOut: (saw) =>
      newLookout({
        look: (difusor, seen, before, { signal, turn }) =>
          lookAt(difusor, seen, signersOf(difusor, panel, phase, recibos.changed), before, { now, signal, turn, proxyFor }),
        saw,
        tell: ledger.tell,
        now,
        random: Math.random,
      }),
    show: (shown, seen, moment) => writePanel(shown, seen, ledger, { now: now(), ...moment }),
    ring,
    heard,
  });
  return { night, recibos };
}
