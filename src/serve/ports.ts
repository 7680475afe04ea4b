import { UsageError } from '../config/usage-error.ts';
import type { Node } from '../difusor/phase/node.ts';
import type { DifusorConfig } from '../difusor/setup/config.ts';
import type { Event } from '../difusor/state/events.ts';
import { accountOf } from '../service/account.ts';
import { type Address, addressText, type Service } from '../service/listening.ts';
import { ownerOf } from './apart/confined.ts';
import { type Apart, openApart } from './apart/parent.ts';
import { startSftp } from './sftp/sftp-server.ts';
import { openSite } from './web/site.ts';
import { startWeb } from './web/web-server.ts';
import { words } from './words.ts';

/** The ports that `difusor run` opens where no sshd or no web server runs. It opens none unless asked to. */
export interface Ports {
  readonly sftp?: Address | undefined;
  readonly http?: Address | undefined;
}

/**
 * Checks, before the daemon starts, that the configuration has what a built-in inbox needs.
 * @throws UsageError
 */
export function checkPorts(config: DifusorConfig, { sftp }: Ports): void {
  if (sftp && (config.sftp?.iec_keys ?? []).length === 0) {
    throw new UsageError(words.noIecKey, words.iecKeys);
  }
}

/**
 * Opens the ports, each in a process of its own.
 * @param file the configuration's, absolute
 * @param hostKey the private key's file, read
 */
export function openPortsApart(
  file: string,
  config: DifusorConfig,
  ports: Ports,
  hostKey: Buffer | null,
  tell: (event: Event) => void,
): Apart[] {
  const apart: Apart[] = [];
  const { sftp, http } = ports;
  const isRoot = process.geteuid?.() === 0;
  if (sftp)
    apart.push(
      openApart({ what: 'sftp', address: sftp, config: file, hostKey, account: isRoot ? ownerOf(config.inbox) : null, tell }),
    );
  if (http) {
    apart.push(
      openApart({
        what: 'http',
        address: http,
        config: file,
        hostKey: null,
        account: isRoot ? accountOf(WEB_ACCOUNT) : null,
        tell,
      }),
    );
  }
  return apart;
}

/** The account of the web server (systemd/sysusers.d), which owns nothing. */
const WEB_ACCOUNT = 'cotejo-web';

/**
 * Opens the ports in this process, for the demo and for tests whose clock is not the machine's.
 * @param hostKey the private key's file, read
 * @returns what was opened, to be closed when the daemon ends
 * @throws Error where an address can't be listened on; what was opened before it is closed
 */
export async function openPorts(node: Node, config: DifusorConfig, ports: Ports, hostKey: Buffer | null): Promise<Service[]> {
  const open: Service[] = [];
  const tell = (what: 'sftp' | 'http', service: Service) => {
    open.push(service);
    node.tell({ event: 'listening', what, address: addressText(service.address) });
  };
  try {
    if (ports.sftp && config.sftp && hostKey) {
      const refused = (attempts: number) => node.tell({ event: 'login-refused', attempts });
      const { iec_keys: iecKeys, inbox_bytes: inboxBytes } = config.sftp;
      tell('sftp', await startSftp(node, { hostKey, iecKeys, inboxBytes, refused }, ports.sftp));
    }
    if (ports.http) tell('http', await startWeb(openSite(config, node), ports.http));
    return open;
  } catch (error) {
    for (const service of open) await service.close();
    throw error;
  }
}
