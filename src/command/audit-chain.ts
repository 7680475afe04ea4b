import { type AcuseAudit, auditAcuses, isPastEnd } from '../audit/acuses.ts';
import { auditChain, type ChainAudit } from '../audit/chain.ts';
import { looksOf } from '../audit/looks.ts';
import { chainHtml } from '../audit/report/chain-html.ts';
import { type Beside, chainJson, chainText, type Failed } from '../audit/report/chain-text.ts';
import { isContrary } from '../audit/report/sellos.ts';
import { auditSellos, type SellosAudit } from '../audit/sellos/sellos.ts';
import type { ChainSource } from '../audit/source/chain-source.ts';
import { readBounded } from '../disk/bounded-file.ts';
import { writeNamed } from '../disk/named-file.ts';
import { type PublicKey, pointOf } from '../format/key.ts';
import { formatTime } from '../format/time.ts';
import { type Outcome, type Shell, UsageError } from '../terminal/shell.ts';
import { type Anchored, knownPhase, openAnchor, openChain, orFailed, tellWrong } from './audit-places.ts';
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
  sellos?: string;
  autoridades?: string;
  evidence: string;
  html?: string;
}

/** @param at the chain: a folder, or an address */
export async function chainCommand(shell: Shell, at: string, flags: ChainFlags): Promise<Outcome> {
  const keys = flags.acuseKey ? new Set(await Promise.all(flags.acuseKey.map(readKey))) : null;
  if (keys && flags.acuses === undefined) throw new UsageError(AUDIT.acuseKeyNeeds);
  if (flags.corte !== undefined && flags.recibos === undefined) throw new UsageError(AUDIT.corteNeeds);
  if ((flags.sellos === undefined) !== (flags.autoridades === undefined)) throw new UsageError(AUDIT.sellosNeed);
  const anchor = await openAnchor(flags.anchor);
  const source = await openChain(at, shell);
  const places: ChainSource[] = [];
  try {
    for (const place of flags.recibos ?? []) places.push(await openChain(place, shell));
    const onProgress = (phase: string, number: number, bytes: number) => {
      const read = bytes === 0 ? `${phase}: ${number} cortes` : AUDIT.readPackages(phase, number, Math.round(bytes / 1e6));
      shell.progress(shell.told(read));
    };
    const audit = await knownPhase(auditChain(source, anchor, { ...flags, onProgress }));
    const failed: Failed[] = [];
    const had = <T>(what: Failed['what'], beside: Promise<T>) => orFailed(shell, audit, failed, what, beside);
    const acuses = flags.acuses === undefined ? null : await had('acuses', auditAcuses(flags.acuses, audit, keys));
    const recibos = places.length === 0 ? null : await had('recibos', recibosReport(shell, places, audit, source, flags));
    const isCounted = recibos?.audit.verdict === 'counted' && recibos.audit.unread.length === 0;
    const sellos = await had('sellos', sellosOf(shell, audit, flags));
    const asked = { acuses: hasAcuses(acuses), acuseKeys: keys !== null, recibos: isCounted, sellos: hasAny(sellos) };
    const [beside, looked] = [{ acuses, recibos, sellos, failed }, looksOf({ ...flags, ...asked })];
    if (flags.html !== undefined) {
      const checkedAt = formatTime(shell.now(), -new Date(shell.now()).getTimezoneOffset());
      const page = chainHtml(audit, beside, looked, { place: source.name, checkedAt });
      await had('html', writeNamed(flags.html, page));
    }
    shell.result(flags.json, chainJson(audit, beside, looked), () =>
      chainText(audit, beside, looked, { ...shell, bold: (text) => shell.paint('bold', text) }),
    );
    tellWrong(shell, audit);
    for (const { path, code, detail } of acuses?.refused ?? [])
      shell.say.error(detail.map((why) => `acuse ${path}: ${code}: ${why}`));
    for (const { detail } of recibos?.audit.unread ?? []) shell.say.error(detail);
    if (audit.refused !== null || isWrong(beside)) return 'refused';
    const isAhead = acuses?.refused.some(isPastEnd) ?? false;
    return failed.length > 0 || isAhead || (recibos !== null && !isCounted) ? 'unknown' : 'done';
  } finally {
    shell.progressDone();
    for (const place of places) place.close();
    source.close();
  }
}

function isWrong({ acuses, recibos, sellos, failed = [] }: Beside): boolean {
  if (failed.some(({ code }) => code !== null)) return true;
  if (acuses?.refused.some((one) => !isPastEnd(one))) return true;
  return (recibos ? contradicts(recibos.audit) : false) || (sellos ? isContrary(sellos) : false);
}

/** @returns null where no tokens are asked about */
async function sellosOf(shell: Shell, { phases }: ChainAudit, { sellos, autoridades }: ChainFlags): Promise<SellosAudit | null> {
  if (sellos === undefined || autoridades === undefined) return null;
  const place = await openChain(sellos, shell);
  try {
    const onProgress = (phase: string, done: number, of: number) => shell.progress(shell.told(AUDIT.ofSellos(phase, done, of)));
    return await auditSellos({ place, autoridades, phases, now: shell.now(), onProgress });
  } finally {
    place.close();
  }
}

/** Whether there was a receipt of a phase that was audited, good or not. */
function hasAcuses(acuses: AcuseAudit | null): boolean {
  return acuses !== null && acuses.nodes.length + acuses.refused.length > 0;
}

/** Whether there was a token, good or not, of any corte. */
function hasAny(sellos: SellosAudit | null): boolean {
  return sellos !== null && (sellos.refused.length > 0 || sellos.phases.some((phase) => phase.sellos.length > 0));
}

/** A public key as it is, or the file that holds it. */
async function readKey(text: string): Promise<PublicKey> {
  const line = text.startsWith('ssh-') ? text : (await readBounded(text, 4096)).toString().trim();
  const key = line.split(' ').slice(0, 2).join(' ');
  if (pointOf(key) === null) throw new UsageError(AUDIT.noKey(text));
  return key;
}
