import type { Said } from '../../format/said.ts';
import { words } from './words.ts';

/**
 * What is left out of a corte: `exclude` in IEC.toml, `--exclude` of `iec pack`. A name (`.gitkeep`, `Thumbs.db`) is left
 * out wherever it stands, a folder with all that is in it; with a slash inside (`datos/pruebas`) it is one path below the
 * source. `*` stands for any characters but a slash.
 */

/** Whether a path, relative to the source, is left out. Of what lies in a folder that is, nobody asks. */
export type Exclude = (path: string) => boolean;

export const EXCLUDE_NOTHING: Exclude = () => false;

/** What is wrong with a name to leave out, or null. */
export function whyNoExclude(name: string): Said | null {
  const path = bare(name);
  if (path === '' || path === '*') return words.excludesAll;
  if (name.startsWith('/')) return words.excludeRelative;
  return path.split('/').some((segment) => ['', '.', '..'].includes(segment)) ? words.noExclude : null;
}

/** @param names of which {@link whyNoExclude} has nothing to say */
export function excludeOf(names: readonly string[]): Exclude {
  if (names.length === 0) return EXCLUDE_NOTHING;
  const all = names.map(bare);
  const paths = all.filter((name) => name.includes('/')).map(patternOf);
  const anywhere = all.filter((name) => !name.includes('/')).map(patternOf);
  return (path) => {
    const whole = path.normalize('NFC');
    const name = whole.slice(whole.lastIndexOf('/') + 1);
    return paths.some((pattern) => pattern.test(whole)) || anywhere.some((pattern) => pattern.test(name));
  };
}

function bare(name: string): string {
  return name.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
}

function patternOf(name: string): RegExp {
  const parts = name.normalize('NFC').split(/\*+/);
  return new RegExp(`^${parts.map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&')).join('[^/]*')}$`, 'su');
}
