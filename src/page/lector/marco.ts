import { openingOf } from './messages.ts';
import { newId } from './new-id.ts';
import { isNoted } from './noted.ts';

/**
 * Puts the publication's frame into the page, by a script of its own before the bar's is read: a slow telephone takes a while
 * for that one. Where a worker gave this page, what it kept is asked for at once, so that it is on its way while the bar is
 * made. It is seen when the worker has said what it is, and how things stand. Where a page may have been ended in the
 * publication it is not asked for early. The frame's name, `data-marco`, is new for each bar.
 */

const template = document.querySelector<HTMLTemplateElement>('template#marco');
const frame = template?.content.querySelector('iframe');
if (template && frame) {
  const marco = newId();
  frame.dataset['marco'] = marco;
  const { serviceWorker } = navigator as { readonly serviceWorker?: ServiceWorkerContainer };
  if (window.top === window && serviceWorker?.controller && !isNoted()) {
    const { pathname, search, hash } = location;
    frame.src = openingOf({ phase: null, number: null, isKept: true, path: pathname + search, marco }) + hash;
  }
  template.replaceWith(frame);
}
