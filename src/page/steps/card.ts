import type { Padron } from '../../format/padron.ts';
import { asOneLine } from '../../format/text.ts';
import { element } from '../dom.ts';
import type { PageWords } from '../words-es.ts';
import { type FaultKind, type Step, stepsFor } from './steps.ts';

/** So many other sites are named; the Institute's list has all. */
const SITES = 4;

export interface Around {
  /** the site that was checked */
  readonly site: URL | null;
  /** as the corte has it; null where it is not known as it was signed, or nothing was compared with the printed code */
  readonly padron: Padron | null;
  /** whether there is a constancia to save */
  readonly hasConstancia: boolean;
}

/** The steps, in their order, beside the verdict. */
export function stepsCard(kind: FaultKind, around: Around, words: PageWords): HTMLElement {
  const said = words.todo;
  const textOf = (step: Step) => (step === 'keep' && !around.hasConstancia ? said.screenshot : said[step]);
  return element(
    'section',
    { class: 'card', id: 'steps-now', 'data-kind': kind },
    element('h2', {}, said.title),
    element(
      'ol',
      { class: 'todo' },
      ...stepsFor(kind).map((step) => element('li', {}, textOf(step), step === 'other' && sites(around, words))),
    ),
    element('p', { class: 'help' }, said.calm),
  );
}

/** Other sites, by what the Institute signed; beginning after the checked one, so that not all readers go to the same. */
function sites({ site, padron }: Around, words: PageWords): HTMLElement | null {
  if (!padron) return null;
  const own = padron.difusores.findIndex(({ url }) => new URL(url).host === site?.host);
  const turned = [...padron.difusores.slice(own + 1), ...padron.difusores.slice(0, Math.max(own, 0))];
  const named = [
    ...(padron.institute === null ? [] : [{ title: words.todo.theInstitute, url: padron.institute }]),
    ...turned.slice(0, SITES),
  ];
  const link = ({ title, url }: { readonly title: string; readonly url: string }) =>
    element('li', {}, element('a', { href: url, rel: 'noopener noreferrer', target: '_blank' }, asOneLine(title)));
  return named.length === 0 ? null : element('ul', {}, ...named.map(link));
}
