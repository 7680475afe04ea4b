import { BOUNDS, Room, shortened, Unread } from './bounds.ts';
import { wentDown } from './figures.ts';
import { identifies } from './row-key.ts';
import type { Change } from './rows.ts';

/** What changed between two versions of a JSON file: values, by where they stand. */
export interface ValuesDiff {
  readonly kind: 'json';
  readonly counts: { readonly added: number; readonly removed: number; readonly changed: number };
  /** `null` before: it came; after: it went. No more than there is room for */
  readonly values: readonly Change[];
  /** how many whole numbers went down */
  readonly values_down: number;
}

/**
 * Elements of a list that name themselves (`"municipio": "Acuña"`) are known again by that, wherever they stand; others
 * by their place. Of a member that is there twice the last one counts, as in every browser.
 * @throws Unread `malformed` where it is no JSON or nested too deeply
 */
export function diffValues(before: string, after: string, room = new Room()): ValuesDiff {
  const walk = new Walk(room);
  walk.compare('', parsed(before), parsed(after));
  const { counts, values, down } = walk;
  return { kind: 'json', counts, values, values_down: down };
}

function parsed(text: string): unknown {
  if (isDeep(text)) throw new Unread('malformed');
  try {
    return JSON.parse(text);
  } catch {
    throw new Unread('malformed'); // whatever JSON.parse says of a stranger's file
  }
}

/** Looks before anything is built: what walks the values calls itself once a level. */
function isDeep(text: string): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (inText) {
      if (c === '\\') i += 1;
      else if (c === '"') inText = false;
    } else if (c === '"') inText = true;
    else if (c === '{' || c === '[') {
      depth += 1;
      if (depth > BOUNDS.depth) return true;
    } else if (c === '}' || c === ']') depth -= 1;
  }
  return false;
}

type Members = ReadonlyMap<string, unknown>;

class Walk {
  readonly counts = { added: 0, removed: 0, changed: 0 };
  readonly values: Change[] = [];
  down = 0;
  private readonly room: Room;

  constructor(room: Room) {
    this.room = room;
  }

  compare(path: string, before: unknown, after: unknown): void {
    if (before === after) return;
    const pair = pairOf(before, after);
    if (pair === null) {
      this.tell('changed', path, shown(before), shown(after));
      return;
    }
    const [a, b, isList] = pair;
    const under = (name: string) => (isList ? `${path}[${name}]` : path === '' ? step(name) : `${path}.${step(name)}`);
    for (const [name, value] of a) {
      if (b.has(name)) this.compare(under(name), value, b.get(name));
      else this.tell('removed', under(name), shown(value), null);
    }
    for (const [name, value] of b) if (!a.has(name)) this.tell('added', under(name), null, shown(value));
  }

  private tell(kind: keyof Walk['counts'], name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    this.counts[kind] += 1;
    const down = wentDown(before, after);
    if (down) this.down += 1;
    if (this.room.take())
      this.values.push({ name: shortened(name), before: before && shortened(before), after: after && shortened(after), down });
  }
}

/** Both as members by name, if both are objects or both lists. */
function pairOf(a: unknown, b: unknown): readonly [Members, Members, boolean] | null {
  if (Array.isArray(a) && Array.isArray(b)) {
    const names = namesOf(a, b);
    return [elements(a, names), elements(b, names), true];
  }
  return isObject(a) && isObject(b) ? [new Map(Object.entries(a)), new Map(Object.entries(b)), false] : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function elements(list: readonly unknown[], names: readonly string[]): Members {
  return new Map(list.map((element, i) => [names.length === 0 ? String(i) : (idOf(element, names) ?? String(i)), element]));
}

/** The values of these members as one name; null where one is missing or is no text nor number. */
function idOf(element: unknown, names: readonly string[]): string | null {
  if (!isObject(element)) return null;
  const values = names.map((name) => (Object.hasOwn(element, name) ? element[name] : null));
  const isNamed = values.every((value) => typeof value === 'string' || typeof value === 'number');
  return isNamed ? shortened(values.join(' ')) : null;
}

/** How many members of an element are looked at for what names it. */
const MEMBERS = 16;

/**
 * The one member, or the first few, by which the elements of both lists are told apart. A number names something only
 * where its own name says so: it may be a figure.
 */
function namesOf(a: readonly unknown[], b: readonly unknown[]): readonly string[] {
  const [first] = a.length > 0 ? a : b;
  if (!isObject(first)) return [];
  const candidates = Object.keys(first)
    .slice(0, MEMBERS)
    .filter((name) => typeof first[name] === 'string' || (typeof first[name] === 'number' && identifies(name)));
  const isUnique = (list: readonly unknown[], names: readonly string[]) => {
    const ids = list.map((element) => idOf(element, names));
    return !ids.includes(null) && new Set(ids).size === list.length;
  };
  const choices = [...candidates.map((name) => [name]), ...candidates.map((_, i) => candidates.slice(0, i + 1))];
  return choices.find((names) => isUnique(a, names) && isUnique(b, names)) ?? [];
}

function step(name: string): string {
  return /^[\p{L}\p{N}_ -]+$/u.test(name) ? name : JSON.stringify(shortened(name));
}

/** A value as text: a text without its quotes, so that figures in quotes are figures. */
function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
