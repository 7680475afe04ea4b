import { extname, join } from 'node:path';
import { readIfThere } from '../../disk/bounded-file.ts';
import { replaceFile, writeDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { Refusal } from '../../format/refusal.ts';
import { formatTime, offsetOf } from '../../format/time.ts';
import type { Told } from '../link/trouble.ts';
import type { ChainView } from '../record/chain-view.ts';
import type { Ledger } from '../record/ledger.ts';
import { isByNetwork } from '../record/node-record.ts';
import { readSellar } from '../sellar/estado.ts';
import { standingOf } from '../sellar/standing.ts';
import { type Difusor, type IecConfig, idOf, nodesOf } from '../setup/config.ts';
import type { Headline } from './headline.ts';
import { entryOf, type Listed, linksPage } from './links-page.ts';
import { type Keeper, panelPage } from './panel-page.ts';
import { rowsOf } from './rows.ts';

/**
 * What the IEC shows: `index.html` for the war room, and for its own site `difusores.html`, `enlaces.json` and
 * `logos/`. Static files, each replaced whole, which any web server can serve.
 */

export interface PanelMoment {
  readonly now: number;
  readonly packTrouble?: Told | null | undefined;
  /** `once` by default */
  readonly keeper?: Keeper | undefined;
}

/** @throws Error where the panel's folder can't be written */
export async function writePanel(
  config: IecConfig,
  view: ChainView,
  ledger: Ledger,
  { now, packTrouble = null, keeper = 'once' }: PanelMoment,
): Promise<void> {
  const { panel } = config;
  const sellar = await sellarOf(config, now);
  const rows = await rowsOf(nodesOf(config), ledger, view, panel, now);
  await replaceFile(join(panel, 'index.html'), panelPage({ config, view, ledger, rows, now, packTrouble, keeper, sellar }));

  const listed: Listed[] = [];
  const entries = [];
  for (const difusor of config.difusor) {
    const logo = await logoOf(difusor);
    const one = {
      difusor,
      link: ledger.link(difusor.name),
      isByNetwork: config.por_la_red && isKnownByNetwork(difusor, ledger, view),
      logo: logo && `data:${logo.type};base64,${logo.bytes.toString('base64')}`,
    };
    listed.push(one);
    entries.push(entryOf(one, logo && (await copyLogo(panel, difusor, logo))));
  }
  const { election, title, phase } = view;
  const updated_at = formatTime(now, offsetOf(phase.opens_at));
  const links = { election, title, phase: phase.name, updated_at, por_la_red: config.por_la_red, difusores: entries };
  await writeDurably(join(panel, 'enlaces.json'), `${JSON.stringify(links, null, 2)}\n`);
  await writeDurably(join(panel, 'difusores.html'), linksPage(view, listed));
}

/** What can't be read keeps no panel from being written, and is told as that. */
async function sellarOf({ sellar }: IecConfig, now: number): Promise<Headline['sellar']> {
  if (!sellar) return null;
  try {
    const estado = await readSellar(sellar.folder);
    return estado ? standingOf(estado, now) : 'never';
  } catch {
    return 'unread';
  }
}

function isKnownByNetwork({ name, node }: Difusor, ledger: Ledger, view: ChainView): boolean {
  const records = node.map((one) => ledger.node(idOf({ difusor: name, node: one.name })));
  return records.some((one) => isByNetwork(one, view.head)) && !records.some(({ number }) => number >= view.head);
}

const LOGO_BYTES = 128 * 1024;
const LOGO_TYPES: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
};

interface Logo {
  readonly bytes: Buffer;
  readonly type: string;
  readonly extension: string;
}

/** @returns null for a logo that is not there, too large or of another kind: a list without it is still the list */
async function logoOf({ logo }: Difusor): Promise<Logo | null> {
  if (logo === null) return null;
  const extension = extname(logo).toLowerCase();
  const type = LOGO_TYPES[extension];
  if (type === undefined) return null;
  try {
    const bytes = await readIfThere(logo, LOGO_BYTES);
    return bytes && { bytes, type, extension };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

async function copyLogo(panel: string, { name }: Difusor, { bytes, extension }: Logo): Promise<string> {
  const path = join('logos', `${name}${extension}`);
  const there = await readIfThere(join(panel, path), LOGO_BYTES).catch(() => null); // whatever has its place is replaced
  if (there?.equals(bytes)) return path;
  makeFolderFor(join(panel, 'logos'));
  await replaceFile(join(panel, path), bytes);
  return path;
}
