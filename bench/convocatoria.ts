import { CORTES_OF_TILE, type TileEntry, tileText } from '../src/format/tile.ts';
import { type Corte, makeCorte } from '../test/kit/cortes.ts';
import { encode, type KitTrust, makeTrust, signTrust, trustFiles } from '../test/kit/election.ts';

/** How many files the front page needs. */
export const PARTS = 20;

export interface Convocatoria {
  /** what a site answers, by its path without the first slash */
  readonly site: Map<string, Buffer>;
  readonly newest: Corte;
  readonly trust: KitTrust;
}

/** The site of a Difusor at the end of a phase: many cortes of one file, and a newest one of many. @param now ms; if absent, in 2018 */
export function convocatoria(cortes: number, files: number, now?: number): Convocatoria {
  const trust = signTrust(makeTrust(now === undefined ? {} : { now }));
  const made = new Map<string, Buffer>();
  const names = Array.from({ length: PARTS }, (_, i) => `datos/${i}.json`);
  const links = names.map((name) => `<link href="${name}" rel="stylesheet">`).join('\n');
  const publication: Record<string, string> = { 'index.html': `<!doctype html><title>PREP</title>${links}\n` };
  for (const name of names) publication[name] = `{"${name}":"${'0'.repeat(2000)}"}\n`;
  for (let i = names.length + 1; i < files; i++) publication[`actas/${i}.jpg`] = `acta ${i} ${'x'.repeat(2000)}`;
  let previous: Corte | null = null;
  let entries: TileEntry[] = [];
  for (let number = 1; number <= cortes; number++) {
    const held: Record<string, string> = number === cortes ? publication : { 'index.html': String(number) };
    const corte: Corte = makeCorte({ trust, previous, files: held });
    for (const name of ['corte.json', 'corte.json.sig', 'SHA256SUMS'] as const)
      made.set(`cotejo/chain/jornada/${String(number).padStart(6, '0')}/${name}`, corte.files[name]);
    entries.push([corte.files['corte.json'].toString(), corte.files['corte.json.sig'].toString()]);
    if (entries.length === CORTES_OF_TILE || number === cortes) {
      const index = Math.floor((number - 1) / CORTES_OF_TILE);
      made.set(`cotejo/chain/jornada/historia/${index}.json`, Buffer.from(tileText(entries)));
      entries = [];
    }
    previous = corte;
  }
  const newest = previous!;
  for (const [path, bytes] of Object.entries(newest.content)) made.set(path, bytes);
  for (const [name, bytes] of Object.entries(trustFiles(trust))) made.set(`cotejo/chain/trust/${name}`, Buffer.from(bytes));
  const phases = { jornada: { number: cortes, corte: newest.sha256 } };
  made.set('cotejo/chain/index.json', encode({ election: trust.document.election, trust: 1, phases }));
  return { site: made, newest, trust };
}
