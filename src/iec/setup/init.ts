import { existsSync, lchownSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { stringify } from 'smol-toml';
import { trustFolder } from '../../chain/chain-folder.ts';
import { readAnchor, readAnchorSignatures } from '../../chain/trust-folder.ts';
import { didYouMean } from '../../config/nearest.ts';
import { UsageError } from '../../config/usage-error.ts';
import { writeDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import type { PublicKey } from '../../format/key.ts';
import { trustFile, trustSignatureFile } from '../../format/naming.ts';
import { haveKey } from '../../keys/generate.ts';
import { accountOf } from '../../service/account.ts';
import { startFrom } from '../../verdict/trust-chain.ts';
import { parseIecConfig } from './config.ts';
import { words } from './words.ts';

/** From nothing to a checked configuration without Difusores: `iec init`. */

export interface NewIec {
  /** the configuration's file, which must not exist */
  readonly config: string;
  readonly phase: string;
  /** a trust document to begin the chain with, its signatures beside it */
  readonly anchor?: string | undefined;
  /** what is published; beside the configuration where it is left out */
  readonly source?: string | undefined;
  /** the folder for chain and panel; see {@link initIec} where it is left out */
  readonly state?: string | undefined;
}

/** Where the package and docs/iec.md keep a machine's configuration, and what it makes. */
const SYSTEM = {
  configuration: '/etc/cotejo',
  state: '/var/lib/cotejo-iec',
  source: '/srv/prep/publicacion',
  oficial: '/srv/prep/oficial',
} as const;

/** What the Difusores have to be told. */
export interface IecIntroduction {
  readonly config: string;
  /** the IEC's public key towards its Difusores */
  readonly ssh_key: PublicKey;
  readonly chain: string;
  readonly source: string;
  /** the folder for the IEC's own documents */
  readonly oficial: string;
  readonly panel: string;
}

/**
 * Writes a configuration over an empty chain, makes the folders and the IEC's key towards the Difusores. The signing
 * key is not made here: it comes from the ceremony. What belongs to the configuration in /etc/cotejo goes to its final
 * places, and to the account of the service; for a configuration elsewhere all lies beside it.
 * @throws UsageError where the configuration is there already; Refusal for an anchor that was never signed
 */
export async function initIec({ config, phase, anchor, source, state }: NewIec): Promise<IecIntroduction> {
  if (existsSync(config)) throw new UsageError(words.thereAlready(config), words.nothingChanged);
  const base = dirname(resolve(config));
  const isSystem = base === SYSTEM.configuration;
  const places = {
    chain: join(state ?? (isSystem ? SYSTEM.state : base), 'chain'),
    source: source ?? (isSystem ? SYSTEM.source : join(base, 'publicacion')),
    oficial: isSystem && source === undefined ? SYSTEM.oficial : join(base, 'oficial'),
    key: join(base, 'firma'),
    ssh_key: join(base, 'ssh_iec'),
    panel: join(state ?? (isSystem ? SYSTEM.state : base), 'panel'),
  };
  // Paths beside the configuration are written relative to it, so that the whole folder can be moved.
  const shown = (path: string) => {
    const short = relative(base, resolve(path));
    return isSystem || short.startsWith('..') ? resolve(path) : short;
  };
  const settings = Object.fromEntries(Object.entries(places).map(([name, path]) => [name, shown(path)]));
  const text = `# The IEC of cotejo. See docs/iec.md.\n${stringify({ ...settings, phase })}`;
  parseIecConfig(text, config);
  const trust =
    anchor === undefined ? null : { signed: startFrom(await readAnchor(anchor)).anchor, files: await readAnchorSignatures(anchor) };

  const phases = trust?.signed.document.phases.map(({ name }) => name) ?? [phase];
  if (!phases.includes(phase)) {
    throw new UsageError(words.noPhase(anchor ?? '', phase), didYouMean(phase, phases) ?? words.has(phases.join(', ')));
  }

  for (const folder of [base, trustFolder(places.chain), places.source, places.oficial, places.panel]) makeFolderFor(folder);
  if (trust) {
    const { version } = trust.signed.document;
    for (const folder of [trustFolder(places.chain), ...(isSystem ? [join(base, 'ancla')] : [])]) {
      makeFolderFor(folder);
      for (const [custodian, file] of trust.files) await writeDurably(join(folder, trustSignatureFile(version, custodian)), file);
      await writeDurably(join(folder, trustFile(version)), trust.signed.bytes);
    }
  }
  const sshKey = await haveKey(places.ssh_key, 'iec');
  if (isSystem) giveToService(dirname(places.chain), [places.chain, places.panel]);
  await writeDurably(config, text);
  return {
    config: resolve(config),
    ssh_key: sshKey,
    chain: places.chain,
    source: places.source,
    oficial: places.oficial,
    panel: places.panel,
  };
}

/** What root made is the service's, which writes there: the folders, and all that is in them by now. */
function giveToService(state: string, folders: readonly string[]): void {
  const account = process.geteuid?.() === 0 ? accountOf('cotejo') : null;
  if (account === null) return;
  const inside = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  for (const path of [state, ...folders, ...inside]) lchownSync(path, account.uid, account.gid);
}
