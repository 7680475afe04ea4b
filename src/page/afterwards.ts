import type { Padron } from '../format/padron.ts';
import { breather } from './breathe.ts';
import { type Enclosed, enclosedFor } from './constancia/enclosed.ts';
import type { Findings } from './findings.ts';
import { countPublished, type Recibos, readPadron, recibosOf } from './recibos/count.ts';
import { webEquation } from './web-equation.ts';
import { webClient } from './web-get.ts';

/** What is asked for once the verdict stands, and never changes it. */
export interface Afterwards {
  /** null where the newest corte was not reached, so that there is nothing to count */
  readonly recibos: Recibos | null;
  /** the signed documents behind the verdict; null where there is no corte, or they can't be had as they were */
  readonly enclosed: Enclosed | null;
  /** of the newest corte, as it was signed: where else the reader may look */
  readonly padron: Padron | null;
}

export const NOTHING: Afterwards = { recibos: null, enclosed: null, padron: null };

/** Whether there is something to wait for. */
export function hasAfterwards({ shown, listed }: Findings): boolean {
  return listed !== null && (shown?.cortes.length ?? 0) > 0;
}

/**
 * @param at where receipts are published, if the reader says so; else the padrón does
 * @throws the signal's reason where the reader went on
 */
export async function lookAfterwards(findings: Findings, at: URL | null, signal: AbortSignal): Promise<Afterwards> {
  const { shown, chain, plan, kept, listed } = findings;
  const corte = shown?.cortes.at(-1);
  if (!chain || !corte) return NOTHING;
  const web = await webEquation();
  const client = webClient(signal, () => {});
  const enclosed = await enclosedFor(client, { corte, trust: chain.trust.chain, kept, chain: plan.chain }, web.equation);
  if (listed === null) return { ...NOTHING, enclosed };
  const found =
    plan.site && kept.padron !== null ? await readPadron((...file) => client.read(...file), plan.site, kept.padron, corte) : null;
  const padron = found === 'unread' ? null : found;
  if (!padron) return { recibos: { kind: found === 'unread' ? 'unread-padron' : 'no-padron' }, enclosed, padron };
  const place = at ?? recibosOf(padron);
  if (!place) return { recibos: { kind: 'no-place' }, enclosed, padron };
  const recibos = await countPublished((...file) => client.read(...file), place, corte, padron, { web, breathe: breather(signal) });
  return { recibos, enclosed, padron };
}
