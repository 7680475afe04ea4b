import { promises as fs } from 'node:fs';
import { dirname, join } from 'node:path';
import { lastNumber } from '../../chain/chain-folder.ts';
import { readTemplate } from '../../chain/template.ts';
import { didYouMean } from '../../config/nearest.ts';
import { UsageError } from '../../config/usage-error.ts';
import { sweepAsides } from '../../disk/aside.ts';
import { readIfThere } from '../../disk/bounded-file.ts';
import { writeDurably } from '../../disk/durable.ts';
import { makeFolderFor } from '../../disk/make-folder.ts';
import { AUTHORIZATIONS, type Autorizacion, authorizationPath, parseAuthorization } from '../../format/autorizacion.ts';
import { encodeDocument, isName } from '../../format/document.ts';
import { LIMITS } from '../../format/limits.ts';
import { Refusal } from '../../format/refusal.ts';
import type { IecConfig } from './config.ts';
import { words } from './words.ts';

/** `iec autorizar`: makes the document by which the IEC authorises a Difusor's presentation, or withdraws it. */

export interface AuthorizeOrder {
  readonly config: IecConfig;
  /** of the chain's trust */
  readonly election: string;
  readonly difusor: string;
  readonly name: string;
  /** the template's folder; null to withdraw what is authorised */
  readonly folder: string | null;
  readonly title?: string | undefined;
  readonly first?: number | undefined;
  readonly last?: number | undefined;
}

export interface Authorized {
  readonly document: Autorizacion;
  /** where it is written */
  readonly file: string;
  /** what was there before; null where nothing was */
  readonly before: Autorizacion | null;
  /** what the template consists of; null where nothing of it is read */
  readonly files: readonly { readonly path: string; readonly sha256: string; readonly bytes: number }[] | null;
}

/**
 * What would be authorised: nothing is written. Without `first` it begins with the next corte.
 * @throws UsageError for what the configuration or the folder does not allow; Refusal and TemplateChanged as
 *   `readTemplate`; Refusal `statement-malformed` where what is there already is no authorisation
 */
export async function draftAuthorization(order: AuthorizeOrder): Promise<Authorized> {
  const { config, election, difusor, name, folder } = order;
  const { oficial, phase } = config;
  if (oficial === null) {
    throw new UsageError(words.noOficial(config.file), words.makeOficial);
  }
  const known = config.difusor.find((one) => one.name === difusor);
  if (!known) {
    const names = config.difusor.map((one) => one.name);
    const all = names.length > 0 ? words.thereAre(names.join(', ')) : words.thereAreNone;
    throw new UsageError(words.noDifusor(difusor), didYouMean(difusor, names) ?? all);
  }
  if (!isName(name)) throw new UsageError(words.notAName(name));
  const path = authorizationPath({ difusor, name });
  const file = join(oficial, path.slice(dirname(AUTHORIZATIONS).length + 1));
  const there = await readIfThere(file, LIMITS.documentBytes);
  const before = there && parseAuthorization(there, path);
  const head = await lastNumber(config.chain, phase);
  if (folder === null) {
    if (!before || before.phase !== phase) throw new UsageError(words.noneAuthorized(phase, file));
    const last = Math.max(before.first - 1, Math.min(head, before.last ?? head));
    return { document: { ...before, last }, file, before, files: null };
  }
  const template = await readTemplate(folder);
  const isSame = before?.template.sha256 === template.sha256 && before.phase === phase;
  const document: Autorizacion = {
    type: 'cotejo/autorizacion',
    format: 1,
    election,
    phase,
    difusor,
    name,
    title: order.title ?? before?.title ?? `${known.title}: ${name}`,
    template: { sha256: template.sha256, bytes: template.bytes, files: template.count },
    first: order.first ?? (isSame && before.last === null ? before.first : head + 1),
    last: order.last ?? null,
  };
  try {
    parseAuthorization(encodeDocument(document), path); // every reader will
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new UsageError(error.said);
  }
  const files = template.files.map((one) => ({ path: one.path, sha256: one.sha256, bytes: one.content.length }));
  return { document, file, before, files };
}

/** Puts the document where the next corte takes it from. @throws Error where it can't be written */
export async function putAuthorization({ document, file }: Pick<Authorized, 'document' | 'file'>): Promise<void> {
  const folder = dirname(file);
  if (!(await fs.stat(dirname(folder))).isDirectory()) throw new UsageError(words.noFolder(dirname(folder)));
  makeFolderFor(folder);
  await sweepAsides([folder]);
  await writeDurably(file, encodeDocument(document));
}
