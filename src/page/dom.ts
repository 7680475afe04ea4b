import { type Hash, inGroups } from '../format/hash.ts';

/** Elements from code. Text is always text: nothing that a server sent is ever read as markup. */

type Child = Node | string | null | false;

/** @param attributes `class`, `id`, `aria-…` and the like; an absent one is null or false */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | boolean | null>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, '');
    else if (value !== null && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== false));
  return made;
}

/** The element of the page that has this id. @throws Error where there is none, or it is of another kind */
export function byId(id: string): HTMLElement;
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T;
export function byId(id: string, kind = HTMLElement): HTMLElement {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`no ${id} of this kind in the page`);
  return found;
}

/** A hash in groups, as people read it aloud. */
export function hashLine(value: Hash, small: boolean): HTMLElement {
  const groups = inGroups(value).flatMap((group) => [element('span', {}, group), ' ']);
  return element('div', { class: small ? 'hash small' : 'hash' }, ...groups);
}

const SHAPES = {
  good: 'M6 12.5l4 4 8-9',
  uncompared: 'M9.2 9a2.9 2.9 0 1 1 4.2 2.6c-.9.5-1.4 1-1.4 2M12 16.8v.1',
  bad: 'M7.5 7.5l9 9M16.5 7.5l-9 9',
  unknown: 'M12 7v6.5M12 16.8v.1',
} as const;

/** The sign of a verdict. It only repeats what the words say. */
export function toneSign(shape: keyof typeof SHAPES): SVGElement {
  const svg = svgElement('svg', { viewBox: '0 0 24 24', fill: 'none', 'aria-hidden': 'true', stroke: 'currentColor' });
  svg.append(
    svgElement('circle', { cx: '12', cy: '12', r: '10.5', 'stroke-width': '1.8' }),
    svgElement('path', { d: SHAPES[shape], 'stroke-width': '2.2', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }),
  );
  return svg;
}

function svgElement(tag: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
