import type * as v from 'valibot';

/**
 * The tables and keys that a schema knows, and what in a configuration is not where they are. TOML puts every line into the
 * [table] above it, so that one which is appended to a file is in a table where nobody wanted it.
 */

export type Path = readonly (string | number)[];

/** A `[table]`, or with `isList` the `[[tables]]` of one name; the top of the file has no name. */
export interface Table {
  readonly names: readonly string[];
  readonly isList: boolean;
  readonly keys: readonly string[];
}

/** What is not where the schema has it. */
export interface Misfit {
  /** of the key, or of the table that is of the wrong kind */
  readonly path: Path;
  /** in which it stands, or which it should be */
  readonly table: Table;
  /** a key that the table does not have; one `[table]` where `[[tables]]` are wanted, or the other way round */
  readonly kind: 'unknown' | 'not-a-list' | 'not-one';
}

/** What of valibot's schemas is read here; pipes have the members of the schema that they begin with. */
interface Parts extends v.GenericSchema {
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly item?: v.GenericSchema;
  readonly wrapped?: v.GenericSchema;
}

/** Every table of a schema made of `strictObject`s, those that lead to others first. */
export function tablesOf(schema: v.GenericSchema, names: readonly string[] = []): Table[] {
  const { table, isList } = kindOf(schema);
  if (table === undefined) return [];
  const within = Object.entries(table).flatMap(([key, inner]) => tablesOf(inner, [...names, key]));
  return [{ names, isList, keys: Object.keys(table) }, ...within];
}

/** Every misfit of a value, in the order of its keys. */
export function misfitsOf(schema: v.GenericSchema, value: unknown, path: Path = []): Misfit[] {
  const { table, isList } = kindOf(schema);
  if (table === undefined || typeof value !== 'object' || value === null) return [];
  const own: Table = { names: path.filter((key) => typeof key === 'string'), isList, keys: Object.keys(table) };
  if (Array.isArray(value) !== isList) {
    // A list of texts or numbers is not a table at all: that is for the schema to say.
    const isTables = !Array.isArray(value) || value.every((item) => typeof item === 'object' && item !== null);
    return isTables ? [{ path, table: own, kind: isList ? 'not-a-list' : 'not-one' }] : [];
  }
  const members = Array.isArray(value) ? value.map((member, i) => [member, [...path, i]] as const) : [[value, path] as const];
  return members.flatMap(([member, at]) => {
    if (typeof member !== 'object' || member === null) return [];
    return Object.entries(member).flatMap(([key, inner]): Misfit[] => {
      const known = Object.hasOwn(table, key) ? table[key] : undefined;
      return known ? misfitsOf(known, inner, [...at, key]) : [{ path: [...at, key], table: own, kind: 'unknown' }];
    });
  });
}

/** Below what may be left out, and below a list, is what the key holds. */
function kindOf({ entries, item, wrapped }: Parts): { readonly table?: NonNullable<Parts['entries']>; readonly isList: boolean } {
  if (wrapped) return kindOf(wrapped);
  if (item) {
    const { table } = kindOf(item);
    return { ...(table && { table }), isList: true };
  }
  return { ...(entries && { table: entries }), isList: false };
}

/** `[sftp]` or `[[difusor.node]]`, as it stands in a file. */
export function headerOf({ names, isList }: Pick<Table, 'names' | 'isList'>): string {
  return isList ? `[[${names.join('.')}]]` : `[${names.join('.')}]`;
}
