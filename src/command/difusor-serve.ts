import type { Command } from 'commander';
import { readDifusorConfig } from '../difusor/setup/config.ts';
import { serveApart } from '../serve/apart/child.ts';
import { checkPorts } from '../serve/ports.ts';
import { startSftp } from '../serve/sftp/sftp-server.ts';
import { openSite } from '../serve/web/site.ts';
import { startWeb } from '../serve/web/web-server.ts';
import { parseAddress } from '../service/listening.ts';
import { runs, type Shell, UsageError } from '../terminal/shell.ts';
import { NODE_CONFIG } from './defaults.ts';
import { tellNode } from './node-journal.ts';
import { readHostKey } from './node-keys.ts';
import { DIFUSOR } from './words/difusor.ts';
import { HELP } from './words/help.ts';

/**
 * `cotejo difusor serve-sftp` and `serve-http`: one port, in a process that strangers may talk to. It holds no acuse key
 * and changes nothing of the node's state. `difusor run --sftp --http` starts them, or the units of systemd/.
 */

interface ServeOptions {
  readonly config: string;
  readonly listen: string;
  /** started by `difusor run`, which holds the other end of the standard input and output */
  readonly underDaemon?: boolean;
}

export function serveCommands(difusor: Command, shell: Shell): void {
  const { told } = shell;
  const serve = { sftp: serveSftp, http: serveHttp };
  for (const what of ['sftp', 'http'] as const) {
    difusor
      .command(`serve-${what}`, { hidden: true })
      .description(told(DIFUSOR.serve(what)))
      .option('--config <file>', told(HELP.nodeConfig), NODE_CONFIG)
      .requiredOption('--listen <host:port>', told(DIFUSOR.listen))
      .option('--under-daemon', told(DIFUSOR.underDaemon))
      .action(runs(shell, (options: ServeOptions) => serve[what](shell, options)));
  }
}

async function serveSftp(shell: Shell, options: ServeOptions): Promise<void> {
  const address = parseAddress(options.listen);
  return serve(shell, 'sftp', options, async (tell, given) => {
    const config = await readDifusorConfig(options.config);
    checkPorts(config, { sftp: address });
    const { sftp, inbox, outbox } = config;
    if (!sftp) throw new UsageError(DIFUSOR.noSftp);
    const hostKey = given ?? (await readHostKey(shell, sftp.host_key));
    const refused = (attempts: number) => tell({ event: 'login-refused', attempts });
    const settings = { hostKey, iecKeys: sftp.iec_keys, inboxBytes: sftp.inbox_bytes, refused };
    return startSftp({ inbox, outbox, now: shell.now }, settings, address);
  });
}

async function serveHttp(shell: Shell, options: ServeOptions): Promise<void> {
  const address = parseAddress(options.listen);
  return serve(shell, 'http', options, async (tell) => {
    const config = await readDifusorConfig(options.config);
    return startWeb(openSite(config, { now: shell.now, tell }), address);
  });
}

function serve(
  shell: Shell,
  what: 'sftp' | 'http',
  { underDaemon = false }: ServeOptions,
  open: Parameters<typeof serveApart>[0]['open'],
): Promise<void> {
  return serveApart({
    what,
    isUnderDaemon: underDaemon,
    stdin: shell.stdin,
    env: shell.env,
    print: (text) => void shell.stdout.write(text),
    show: (event) => tellNode(shell, event),
    open,
  });
}
