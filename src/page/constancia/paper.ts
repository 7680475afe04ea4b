import type { Constancia } from '../../format/constancia.ts';
import { fingerprint } from '../../format/key.ts';
import { asOneLine } from '../../format/text.ts';
import { element, hashLine } from '../dom.ts';
import type { PageWords } from '../words-es.ts';
import { constanciaName } from './document.ts';

/** The constancia as a sheet of paper. It is seen in print alone; what it says is what the file says. */

/** So many of the files that differ are named on the sheet; the file has more. */
const NAMED = 12;

export interface Sheet {
  readonly constancia: Constancia;
  /** of the election, by the trust document */
  readonly title: string;
  /** the verdict's heading, as the page says it */
  readonly result: string;
  /** what was not checked, in sentences */
  readonly unchecked: readonly string[];
}

export function paper({ constancia, title, result, unchecked }: Sheet, words: PageWords): HTMLElement {
  const said = words.constancia;
  const { corte, trust, anchor, site, chain, files, recibos, fault, checked_at } = constancia;
  const code = (text: string) => element('code', {}, asOneLine(text));
  const where = fault && [fault.phase, fault.number, fault.code].filter((part) => part !== null).join(' ');
  const rows: ReadonlyArray<readonly [string, ...(HTMLElement | string)[]]> = [
    [said.result, element('strong', {}, result), ...(where === null ? [] : [' ', code(where)])],
    [said.corte, said.corteIs(corte.number, asOneLine(corte.phase), words.kinds[corte.kind])],
    [said.taken, words.moment(corte.taken_at)],
    [said.code, hashLine(corte.sha256, true)],
    [said.signedBy, `${asOneLine(corte.signer)} `, code(fingerprint(corte.key))],
    [said.trust, said.trustIs(trust.version), hashLine(trust.sha256, true)],
    [said.anchor, `${said.trustIs(anchor.version)}; ${said.given[anchor.given]}`, hashLine(anchor.sha256, true)],
    [said.from, code(site ?? chain)],
    [said.files, files ? said.filesAre(files.same, files.compared, files.listed) : said.noFiles, ...differing(constancia, words)],
    [said.recibos, recibos ? recibosSaid(recibos, words) : said.noRecibos],
    [said.checkedAt, said.clock(words.moment(checked_at))],
  ];
  return element(
    'article',
    { class: 'paper' },
    element('p', { class: 'kicker' }, `${said.preliminary} · ${asOneLine(title)}`),
    element('h1', {}, said.title),
    corte.kind === 'simulacro' && element('p', { class: 'drill' }, words.simulacro),
    element('dl', {}, ...rows.flatMap(([term, ...what]) => [element('dt', {}, term), element('dd', {}, ...what)])),
    element('h2', {}, said.unchecked),
    element('ul', {}, ...unchecked.map((line) => element('li', {}, line))),
    element('h2', {}, said.proves),
    element('p', {}, said.provesThis),
    element('p', { class: 'again' }, `${said.again}: `, code(said.againWith(constanciaName(constancia)))),
  );
}

function differing({ files }: Constancia, words: PageWords): HTMLElement[] {
  const all = files?.differing ?? [];
  if (all.length === 0) return [];
  const lines = all
    .slice(0, NAMED)
    .map(({ path, how }) => element('li', {}, `${asOneLine(path, 1024)} (${words.constancia.how[how]})`));
  const more = all.length > NAMED ? [element('li', {}, words.andMore(all.length - NAMED))] : [];
  return [element('ul', { class: 'paths' }, ...lines, ...more)];
}

function recibosSaid(
  { nodes, of, difusores, of_difusores, contrary }: NonNullable<Constancia['recibos']>,
  { constancia }: PageWords,
): string {
  return (
    constancia.recibosAre(nodes, of, difusores, of_difusores) + (contrary.length > 0 ? constancia.contrary(contrary.length) : '')
  );
}
