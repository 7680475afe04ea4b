import { writeFile } from 'node:fs/promises';
import { auditAcuses } from '../audit/acuses.ts';
import { auditChain } from '../audit/chain.ts';
import { looksOf } from '../audit/looks.ts';
import { chainHtml } from '../audit/report/chain-html.ts';
import { chainJson, chainText } from '../audit/report/chain-text.ts';
import type { ChainSource } from '../audit/source/chain-source.ts';
import { readAnchor } from '../chain/trust-folder.ts';
import { readBounded } from '../disk/bounded-file.ts';
import { type PublicKey, pointOf } from '../format/key.ts';
import { formatTime } from '../format/time.ts';
import { type Outcome, type Shell, UsageError } from '../terminal/shell.ts';
import { type Anchored, knownPhase, openChain, tellWrong, unlessBroken } from './audit-places.ts';
import { contradicts, recibosReport } from './audit-recibos.ts';
import { AUDIT } from './words/audit.ts';

/** `cotejo audit chain`: a whole history, its packages, its acuses and its published receipts. */

export interface ChainFlags extends Anchored {
  phase?: string;
  packages?: boolean;
  acuses?: string;
  acuseKey?: string[];
  recibos?: string[];
  corte?: number;
  evidence: string;
  html?: string;
}

/** @param at the chain: a folder, or an address */
export async function chainCommand(shell: Shell, at: string, flags: ChainFlags): Promise<Outcome> {
  const keys = flags.acuseKey ? new Set(await Promise.all(flags.acuseKey.map(readKey))) : null;
  if (keys && flags.acuses === undefined) throw new UsageError(AUDIT.acuseKeyNeeds);
  if (flags.corte !== undefined && flags.recibos === undefined) throw new UsageError(AUDIT.corteNeeds);
  const anchor = await readAnchor(flags.anchor);
  const source = await openChain(at, shell);
  const places: ChainSource[] = [];
  try {
    for (const place of flags.recibos ?? []) places.push(await openChain(place, shell));
    const onProgress = (phase: string, number: number, bytes: number) => {
      const read = bytes === 0 ? `${phase}: ${number} cortes` : AUDIT.readPackages(phase, number, Math.round(bytes / 1e6));
      shell.progress(shell.told(read));
    };
    const audit = await knownPhase(auditChain(source, anchor, { ...flags, onProgress }));
    const acuses = flags.acuses === undefined ? null : await unlessBroken(shell, audit, auditAcuses(flags.acuses, audit, keys));
    const recibos = places.length === 0 ? null : await unlessBroken(shell, audit, recibosReport(places, audit, source, flags));
    const isCounted = recibos?.audit.verdict === 'counted';
    const looked = looksOf({ ...flags, acuses: acuses !== null, acuseKeys: keys !== null, recibos: isCounted });
    if (flags.html !== undefined) {
      const checkedAt = formatTime(shell.now(), -new Date(shell.now()).getTimezoneOffset());
      const page = chainHtml(audit, acuses, looked, { place: source.name, checkedAt, recibos });
      await unlessBroken(shell, audit, writeFile(flags.html, page));
    }
    shell.result(flags.json, chainJson(audit, acuses, looked, recibos), () =>
      chainText(audit, acuses, looked, { ...shell, bold: (text) => shell.paint('bold', text) }, recibos),
    );
    tellWrong(shell, audit);
    for (const { path, code, detail } of acuses?.refused ?? [])
      shell.say.error(detail.map((why) => `acuse ${path}: ${code}: ${why}`));
    const isWrong = audit.refused !== null || (acuses?.refused.length ?? 0) > 0 || (recibos !== null && contradicts(recibos.audit));
    if (isWrong) return 'refused';
    return recibos === null || isCounted ? 'done' : 'unknown';
  } finally {
    shell.progressDone();
    for (const place of places) place.close();
    source.close();
  }
}

/** A public key as it is, or the file that holds it. */
async function readKey(text: string): Promise<PublicKey> {
  const line = text.startsWith('ssh-') ? text : (await readBounded(text, 4096)).toString().trim();
  const key = line.split(' ').slice(0, 2).join(' ');
  if (pointOf(key) === null) throw new UsageError(AUDIT.noKey(text));
  return key;
}
