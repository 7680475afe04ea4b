import { chownSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { readAnchor } from '../../chain/trust-folder.ts';
import { UsageError } from '../../config/usage-error.ts';
import { writeDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { isName } from '../../format/document.ts';
import { fingerprint, type PublicKey } from '../../format/key.ts';
import { haveKey } from '../../keys/generate.ts';
import { publicKeyIn, readPublicKey } from '../../keys/public-key.ts';
import { startFrom } from '../../verdict/trust-chain.ts';
import { accountsOfNode, giveFolders } from './accounts.ts';
import { configText } from './config-text.ts';
import { words } from './words.ts';

/** What the IEC has to be told of a new node; `iec add-difusor` takes it. */
export interface Introduction {
  readonly difusor: string;
  readonly node: string;
  readonly acuse_key: PublicKey;
  /** of this machine's sshd, null where it has none (yet) */
  readonly host_key: string | null;
  /** of the built-in inbox (`difusor run --sftp`) */
  readonly sftp_host_key: string;
  readonly inbox: string;
  readonly outbox: string;
  readonly trust: { readonly version: number; readonly sha256: string };
}

export interface NewNode {
  /** the configuration's file, which must not exist */
  readonly config: string;
  readonly difusor: string;
  readonly node: string;
  readonly anchor: string;
  /** with it everything lives under one folder and needs no root */
  readonly home?: string | undefined;
  /** the IEC's public key towards its Difusores, for the built-in inbox */
  readonly iecKey?: string | undefined;
  /** the origins whose pages may have the site in a frame */
  readonly portals?: readonly string[] | undefined;
}

const HOST_KEY = '/etc/ssh/ssh_host_ed25519_key.pub';

/**
 * Writes the configuration of a new node, makes its folders, its acuse key and the host key of the built-in inbox.
 * @throws UsageError for a bad name or a configuration that is there already; Refusal for an anchor that was never signed
 */
export async function initNode({ config, difusor, node, anchor, home, iecKey, portals = [] }: NewNode): Promise<Introduction> {
  for (const name of [difusor, node]) {
    if (isName(name)) continue;
    const plain = name
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 32)
      .replace(/^-|-$/g, '');
    throw new UsageError(words.notName(JSON.stringify(name)), isName(plain) ? words.forInstance(plain) : null);
  }
  if (existsSync(config)) throw new UsageError(words.thereAlready(config), words.notChanged);
  const iecKeys = iecKey === undefined ? [] : [await readPublicKey(iecKey)];
  const trust = startFrom(await readAnchor(anchor)).anchor;

  const base = resolve(home ?? '/var/lib/cotejo');
  const places = {
    state: join(base, 'state'),
    inbox: home ? join(base, 'inbox') : join(base, 'iec', 'inbox'),
    outbox: home ? join(base, 'outbox') : join(base, 'iec', 'outbox'),
    acuse_key: home ? join(base, 'acuse_key') : join(dirname(resolve(config)), 'acuse_key'),
  };
  for (const folder of [dirname(resolve(config)), places.state, places.inbox, places.outbox]) makeFolderFor(folder);
  const accounts = home === undefined && process.geteuid?.() === 0 ? accountsOfNode() : null;
  if (accounts) giveFolders(places, accounts);
  const acuseKey = await haveKey(places.acuse_key, `${difusor}-${node}`);
  const hostKey = join(dirname(places.acuse_key), 'host_key');
  const ownHostKey = await haveKey(hostKey, `${difusor}-${node} host`);
  // The daemon has them as credentials; `repair` and `admit` by hand, as the daemon's account, read the files. Their
  // folder belongs to root, so that account can't replace them.
  if (accounts) for (const key of [places.acuse_key, hostKey]) chownSync(key, accounts.daemon.uid, accounts.daemon.gid);

  // Paths beside the configuration are written relative to it, so that the whole folder can be moved.
  const shown = (path: string) => {
    const short = relative(dirname(resolve(config)), resolve(path));
    return home && !short.startsWith('..') ? short : resolve(path);
  };
  const settings = {
    difusor,
    node,
    anchor: shown(anchor),
    state: shown(places.state),
    inbox: shown(places.inbox),
    outbox: shown(places.outbox),
    acuse_key: shown(places.acuse_key),
    portals,
    sftp: { iec_keys: iecKeys, host_key: shown(hostKey) },
  };
  await writeDurably(config, configText(settings));
  return {
    difusor,
    node,
    acuse_key: acuseKey,
    host_key: hostKeyFingerprint(),
    sftp_host_key: fingerprint(ownHostKey),
    inbox: places.inbox,
    outbox: places.outbox,
    trust: { version: trust.document.version, sha256: trust.sha256 },
  };
}

function hostKeyFingerprint(): string | null {
  if (!existsSync(HOST_KEY)) return null;
  const key = publicKeyIn(readFileSync(HOST_KEY, 'utf8'));
  return key && fingerprint(key);
}
