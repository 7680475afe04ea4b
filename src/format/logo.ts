import { LIMITS } from './limits.ts';
import { Refusal } from './refusal.ts';
import type { Said } from './said.ts';
import { decodeUtf8 } from './text.ts';
import { words } from './words.ts';

/**
 * The logos that a padrón may name: PNG, JPEG and WebP by their first bytes, and drawings in SVG that can do nothing but
 * be drawn. An SVG is a document that a browser runs, so what it may hold is a list of what is allowed: anything that is
 * not on it is refused, never cleaned.
 */

export const LOGO_ENDINGS = ['svg', 'png', 'jpg', 'webp'] as const;
export type LogoEnding = (typeof LOGO_ENDINGS)[number];

/** Elements that draw, or hold what is drawn. */
const ELEMENTS: ReadonlySet<string> = new Set(
  `svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan
   linearGradient radialGradient stop clipPath mask pattern`.split(/\s+/),
);

const TAG = /<(\/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const ATTRIBUTE = /([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** The declaration at the beginning, in the one encoding that a logo may have. */
const DECLARATION =
  /^<\?xml\s+version=(?:"1\.0"|'1\.0')(?:\s+encoding=(?:"utf-8"|'utf-8'))?(?:\s+standalone=(?:"yes"|"no"))?\s*\?>/i;
const COMMENT = /<!--(?:[^-]|-[^-])*-->/y;
const REFERENCE = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});)/i;

const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['xmlns', 'http://www.w3.org/2000/svg'],
  ['xmlns:xlink', 'http://www.w3.org/1999/xlink'],
]);

/**
 * What kind of logo these bytes are.
 * @returns the end of the name under which it is published
 * @throws Refusal `too-large`, or `statement-malformed` for what is no picture of these kinds, or an SVG with more than
 *   a drawing
 */
export function logoEnding(bytes: Uint8Array): LogoEnding {
  if (bytes.length > LIMITS.logoBytes) throw new Refusal('too-large', words.overBytes(words.aLogo, LIMITS.logoBytes));
  const starts = (at: number, ...expected: number[]) => expected.every((byte, i) => bytes[at + i] === byte);
  if (starts(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  if (starts(0, 0xff, 0xd8, 0xff)) return 'jpg';
  if (starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50)) return 'webp';
  const text = decodeUtf8(bytes);
  if (text === null || !/^(?:\ufeff)?\s*</.test(text)) throw refused(words.noPicture);
  checkDrawing(text.replace(/^\ufeff/, ''));
  return 'svg';
}

/** @throws Refusal for an SVG that holds anything but the elements and attributes of a drawing */
function checkDrawing(text: string): void {
  const open: string[] = [];
  let isBegun = false;
  let at = DECLARATION.exec(text)?.[0].length ?? 0;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const between = text.slice(at, next === -1 ? text.length : next);
    if (open.length === 0 && between.trim() !== '') throw refused(words.textOutside);
    checkReferences(between);
    if (next === -1) break;
    COMMENT.lastIndex = next;
    TAG.lastIndex = next;
    if (COMMENT.test(text)) {
      at = COMMENT.lastIndex;
      continue;
    }
    const [whole, end, element = '', attributes = '', isEmpty] = TAG.exec(text) ?? [];
    // A DOCTYPE, a CDATA section, a processing instruction, an attribute without quotes: none is a drawing's.
    if (whole === undefined) throw refused(words.beginsWith(JSON.stringify(text.slice(next, next + 20))));
    if (!ELEMENTS.has(element)) throw refused(words.noElement(element));
    if (end === '/') {
      if (open.pop() !== element || attributes !== '' || isEmpty !== '') throw refused(words.endsNothing(element));
    } else {
      if (open.length === 0 && (isBegun || element !== 'svg')) throw refused(words.notOneSvg);
      isBegun = true;
      checkAttributes(element, attributes);
      if (isEmpty === '') open.push(element);
      if (open.length > MOST_DEEP) throw refused(words.tooDeep(MOST_DEEP));
    }
    at = next + whole.length;
  }
  if (!isBegun || open.length > 0) throw refused(words.notWholeSvg);
}

const MOST_DEEP = 64;

function checkAttributes(element: string, attributes: string): void {
  const seen = new Set<string>();
  for (const [, name = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
    const value = double ?? single ?? '';
    if (seen.has(name)) throw refused(words.attributeTwice(element, name));
    seen.add(name);
    const namespace = NAMESPACES.get(name);
    if (namespace !== undefined) {
      if (value !== namespace) throw refused(words.otherXmlns(name));
    } else if (name === 'href' || name === 'xlink:href') {
      if (!/^#[\w.-]+$/.test(value)) throw refused(words.refersOutside(element));
    } else if (name === 'xml:space') {
      if (!/^(?:default|preserve)$/.test(value)) throw refused(words.otherSpace);
    } else if (name.includes(':') || /^on/i.test(name)) throw refused(words.noAttribute(name));
    else checkValue(name, value);
  }
  if (element === 'svg' && attributes !== '' && !seen.has('xmlns')) throw refused(words.noXmlns);
}

/** What a style or a colour may refer to is a part of the same drawing. */
function checkValue(name: string, value: string): void {
  checkReferences(value);
  const styled = value.replace(/url\(\s*#[\w.-]+\s*\)/gi, '');
  if (
    /url|@|\\|\/\*|expression|javascript:|data:|image(?:-set)?\(|:\/\//i.test(styled) ||
    (name === 'style' && value.includes('&'))
  ) {
    throw refused(words.noValue(name));
  }
}

function checkReferences(text: string): void {
  if (REFERENCE.test(text)) throw refused(words.anEntity);
}

function refused(detail: Said): Refusal {
  return new Refusal('statement-malformed', words.ofLogo(detail));
}
