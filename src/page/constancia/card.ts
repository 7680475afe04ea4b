import type { Constancia } from '../../format/constancia.ts';
import { element } from '../dom.ts';
import type { PageWords } from '../words-es.ts';
import { constanciaBytes, constanciaName } from './document.ts';

/** Where the constancia is saved or printed. */
export function constanciaCard(constancia: Constancia, words: PageWords): HTMLElement {
  const said = words.constancia;
  const save = element('button', { type: 'button', id: 'save' }, said.save);
  save.addEventListener('click', () => download(constanciaName(constancia), constanciaBytes(constancia)));
  const print = element('button', { type: 'button', class: 'quiet', id: 'print' }, said.print);
  print.addEventListener('click', () => window.print());
  return element(
    'section',
    { class: 'card', id: 'keep' },
    element('h2', {}, said.cardTitle),
    element('p', {}, said.why),
    element('p', { class: 'help' }, said.limit),
    element('p', { class: 'buttons' }, save, print),
  );
}

/** The file is made here and goes nowhere but to the reader's own folder. */
function download(name: string, bytes: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: 'application/json' }));
  const link = element('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser may begin to read it only after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
