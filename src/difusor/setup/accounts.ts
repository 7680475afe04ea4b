import { chmodSync, chownSync } from 'node:fs';
import { type Account, accountOf } from '../../service/account.ts';

/**
 * The accounts of a node that systemd runs (systemd/sysusers.d): one for the daemon, one that the IEC logs in as. With
 * `--home` there is one account for everything, and nothing here applies.
 */
export interface Accounts {
  readonly daemon: Account;
  /** null where this machine runs no sshd for the IEC */
  readonly iec: Account | null;
}

/** @returns null where there is no account for the daemon */
export function accountsOfNode(): Accounts | null {
  const daemon = accountOf('cotejo');
  return daemon && { daemon, iec: accountOf('cotejo-iec') };
}

/**
 * Gives each folder to the account that writes in it, as systemd/tmpfiles.d does. Only root can do that. The inbox's
 * set-group-id bit gives what is delivered to the daemon's group, so that the daemon can read and move it.
 */
export function giveFolders(
  places: { readonly state: string; readonly inbox: string; readonly outbox: string },
  { daemon, iec }: Accounts,
): void {
  for (const own of [places.state, places.outbox]) chownSync(own, daemon.uid, daemon.gid);
  chownSync(places.inbox, (iec ?? daemon).uid, daemon.gid);
  chmodSync(places.inbox, 0o2770);
}
