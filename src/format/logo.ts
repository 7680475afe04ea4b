import { LIMITS } from './limits.ts';
import type { LogoEnding } from './logo-endings.ts';
import { words } from './logo-words.ts';
import { Refusal, tooLarge } from './refusal.ts';
import type { Said } from './said.ts';
import { decodeUtf8 } from './text.ts';

/**
 * The logos that a padrón may name: PNG, JPEG and WebP by their first bytes, and drawings in SVG that can do nothing but
 * be drawn. An SVG is a document that a browser runs, so what it may hold is a list of what is allowed: anything that is
 * not on it is refused, never cleaned.
 */

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
  if (bytes.length > LIMITS.logoBytes) throw tooLarge(words.aLogo, LIMITS.logoBytes);
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
  const open: Part[] = [];
  const parts = new Map<string, Part[]>();
  let drawing: Part | null = null;
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
      if (open.pop()?.element !== element || attributes !== '' || isEmpty !== '') throw refused(words.endsNothing(element));
    } else {
      if (open.length === 0 && (drawing || element !== 'svg')) throw refused(words.notOneSvg);
      const { id, refers } = checkAttributes(element, attributes);
      const part: Part = { element, inside: [], refers, weight: null };
      drawing ??= part;
      open.at(-1)?.inside.push(part);
      if (id !== null) {
        const namesakes = parts.get(id);
        if (namesakes) namesakes.push(part);
        else parts.set(id, [part]);
      }
      if (isEmpty === '') open.push(part);
      if (open.length > MOST_DEEP) throw refused(words.tooDeep(MOST_DEEP));
    }
    at = next + whole.length;
  }
  if (!drawing || open.length > 0) throw refused(words.notWholeSvg);
  weigh(drawing, parts, 0);
}

const MOST_DEEP = 64;
/** Parts that a browser draws, when it has followed all references. */
const MOST_DRAWN = 100_000;

/** An element of the drawing. */
interface Part {
  readonly element: string;
  readonly inside: Part[];
  /** the ids of what it is made of, or drawn with */
  readonly refers: readonly string[];
  /** of how many parts it is drawn; null before that is known */
  weight: number | 'asked' | null;
}

/**
 * Counts what is drawn: a part that is copied ten times, in a part that is copied ten times, and so on, is a hundred
 * bytes a step and keeps a browser at it for ever.
 * @param parts by their id
 * @param followed how many references led here
 * @throws Refusal where it is too much, or never ends
 */
function weigh(part: Part, parts: ReadonlyMap<string, readonly Part[]>, followed: number): number {
  if (part.weight === 'asked' || followed > MOST_DEEP) throw refused(words.drawnWithItself);
  if (part.weight !== null) return part.weight;
  part.weight = 'asked';
  let weight = 1;
  for (const one of part.inside) weight += weigh(one, parts, followed);
  for (const id of part.refers) for (const one of parts.get(id) ?? []) weight += weigh(one, parts, followed + 1);
  if (weight > MOST_DRAWN) throw refused(words.tooManyParts(MOST_DRAWN));
  part.weight = weight;
  return weight;
}

/** @returns its id, and those to which it refers */
function checkAttributes(element: string, attributes: string): { id: string | null; refers: readonly string[] } {
  const seen = new Set<string>();
  const refers: string[] = [];
  let id: string | null = null;
  for (const [, name = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
    const value = double ?? single ?? '';
    if (seen.has(name)) throw refused(words.attributeTwice(element, name));
    seen.add(name);
    const namespace = NAMESPACES.get(name);
    if (namespace !== undefined) {
      if (value !== namespace) throw refused(words.otherXmlns(name));
    } else if (name === 'href' || name === 'xlink:href') {
      if (!/^#[\w.-]+$/.test(value)) throw refused(words.refersOutside(element));
      refers.push(value.slice(1));
    } else if (name === 'xml:space') {
      if (!/^(?:default|preserve)$/.test(value)) throw refused(words.otherSpace);
    } else if (name.includes(':') || /^on/i.test(name)) throw refused(words.noAttribute(name));
    else {
      checkValue(name, value);
      if (name === 'id') id = value;
      for (const [, of = ''] of value.matchAll(INSIDE)) refers.push(of);
    }
  }
  if (element === 'svg' && attributes !== '' && !seen.has('xmlns')) throw refused(words.noXmlns);
  return { id, refers };
}

/** A reference to a part of the same drawing. */
const INSIDE = /url\(\s*#([\w.-]+)\s*\)/gi;

/** What a style or a colour may refer to is a part of the same drawing. */
function checkValue(name: string, value: string): void {
  checkReferences(value);
  const styled = value.replace(INSIDE, '');
  if (
    /url|@|\\|\/\*|expression|javascript:|data:|image(?:-set)?\(|:\/\//i.test(styled) ||
    value.includes(name === 'style' ? '&' : '&#') // in any of them, a character by its code hides a word
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
