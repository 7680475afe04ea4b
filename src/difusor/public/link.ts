import { promises as fs, lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readNewest } from '../../chain/chain-folder.ts';
import { replaceLink, syncFolder } from '../../disk/durable.ts';
import { sixDigits } from '../../format/naming.ts';
import { type Shown, whatToShow } from '../../verdict/publication.ts';
import { phaseOf } from '../../verdict/trust-chain.ts';
import type { Node } from '../state/node.ts';
import { buildPage } from './pages.ts';

/**
 * What the web server shows: `public/<phase>`, a symbolic link that is renamed into place (A14). Readers see the old
 * folder or the new one, whole.
 */

export interface NowShown {
  readonly public: Shown;
  /** of the corte that is shown, null for a page */
  readonly number: number | null;
  /** what the link points at, absolute: a reader that resolves it once sees one corte, whatever is switched meanwhile */
  readonly folder: string;
}

export function publicLink(node: Node, phase: string): string {
  return join(node.rooms.public, phase);
}

/** What the link shows at this moment, or null where it shows nothing of ours. */
export function shownNow(node: Node, phase: string): NowShown | null {
  const link = publicLink(node, phase);
  if (!lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return null;
  const target = readlinkSync(link);
  const match = /^\.\.\/(?:trees\/([a-z0-9-]+)\/(\d{6})|pages\/([a-z0-9-]+)\/(aviso|espera)-[0-9a-f]+)$/.exec(target);
  if (!match || (match[1] ?? match[3]) !== phase) return null;
  const folder = join(node.rooms.public, target);
  return match[2] ? { public: 'corte', number: Number(match[2]), folder } : { public: match[4] as Shown, number: null, folder };
}

export interface Occasion {
  /** a corte was admitted just now */
  readonly admitted?: boolean;
}

/**
 * Makes the link show, durably, what the clock and the newest corte ask for, if it does not already.
 * @returns whether it was switched
 */
export async function settlePublic(node: Node, phase: string, { admitted = false }: Occasion = {}): Promise<boolean> {
  const rules = phaseOf(node.trust, phase);
  if (!rules) return false;
  const head = await readNewest(node.rooms.chain, phase);
  const asked = whatToShow(rules, head?.statement ?? null, node.now());
  const isRuled =
    node.whenStale === 'aviso' || (node.whenStale === 'leave' && !admitted && shownNow(node, phase)?.public === 'aviso');
  const shown: Shown = asked !== 'aviso' || isRuled ? asked : head ? 'corte' : 'espera';
  const number = head?.statement.number ?? 0;
  const target =
    shown === 'corte'
      ? `../trees/${phase}/${sixDigits(number)}`
      : `../pages/${phase}/${await buildPage(node, shown, rules, head?.statement ?? null)}`;
  const link = publicLink(node, phase);
  const now = lstatSync(link, { throwIfNoEntry: false });
  if (now?.isSymbolicLink() && readlinkSync(link) === target) return false;
  node.step('before A14');
  // A link that leads anywhere else was not left by us, at no moment.
  const isTampered = now !== undefined && shownNow(node, phase) === null;
  // A folder in the link's place is none of ours, and a rename can't replace it.
  if (now && !now.isSymbolicLink()) await fs.rename(link, join(node.rooms.evidence, `public-${phase}-${process.hrtime.bigint()}`));
  await replaceLink(link, target);
  await syncFolder(node.rooms.public);
  node.step('after A14');
  if (isTampered) node.tell({ event: 'altered', phase, number, path: '.', restored: true });
  node.tell({ event: 'published', phase, public: shown, number: shown === 'corte' ? number : null });
  return true;
}
