import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { stringify } from 'smol-toml';
import { trustFolder } from '../../chain/chain-folder.ts';
import { readAnchor, readSignatures } from '../../chain/trust-folder.ts';
import { UsageError } from '../../config/usage-error.ts';
import { writeDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import type { PublicKey } from '../../format/key.ts';
import { trustFile, trustSignatureFile } from '../../format/naming.ts';
import { haveKey } from '../../keys/generate.ts';
import { startFrom } from '../../verdict/trust-chain.ts';
import { parseIecConfig } from './config.ts';

/** From nothing to a checked configuration without Difusores: `iec init`. */

export interface NewIec {
  /** the configuration's file, which must not exist */
  readonly config: string;
  readonly phase: string;
  /** a trust document to begin the chain with, its signatures beside it */
  readonly anchor?: string | undefined;
}

/** What the Difusores have to be told. */
export interface IecIntroduction {
  readonly config: string;
  /** the IEC's public key towards its Difusores */
  readonly ssh_key: PublicKey;
  readonly chain: string;
  readonly source: string;
  readonly panel: string;
}

/**
 * Writes a configuration over an empty chain, makes the folders and the IEC's key towards the Difusores. The signing
 * key is not made here: it comes from the ceremony.
 * @throws UsageError where the configuration is there already; Refusal for an anchor that was never signed
 */
export async function initIec({ config, phase, anchor }: NewIec): Promise<IecIntroduction> {
  if (existsSync(config)) throw new UsageError(`${config} is there already`, 'remove it first, or name another file');
  const base = dirname(resolve(config));
  const settings = { chain: 'chain', source: 'publicacion', phase, key: 'firma', ssh_key: 'ssh_iec', panel: 'panel' };
  const text = `# The IEC of cotejo. See docs/iec.md.\n${stringify(settings)}`;
  parseIecConfig(text, config);
  const trust =
    anchor === undefined ? null : { signed: startFrom(await readAnchor(anchor)).anchor, files: await readSignatures(anchor) };

  const at = (name: string) => join(base, name);
  for (const folder of [base, trustFolder(at(settings.chain)), at(settings.source), at(settings.panel)]) makeFolderFor(folder);
  if (trust) {
    const { version } = trust.signed.document;
    const folder = trustFolder(at(settings.chain));
    for (const [custodian, file] of trust.files) await writeDurably(join(folder, trustSignatureFile(version, custodian)), file);
    await writeDurably(join(folder, trustFile(version)), trust.signed.bytes);
  }
  const keyFile = at(settings.ssh_key);
  const sshKey = await haveKey(keyFile, 'iec');
  await writeDurably(config, text);
  return {
    config: resolve(config),
    ssh_key: sshKey,
    chain: at(settings.chain),
    source: at(settings.source),
    panel: at(settings.panel),
  };
}
