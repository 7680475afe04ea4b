/**
 * The files of systemd/ name the program where docs/difusor.md puts a clone of the repository. In a package it lies
 * elsewhere.
 */

const MOVED: readonly (readonly [RegExp, string])[] = [
  // Units start Node by themselves: systemd gives the service's signals to it, and not to a shell before it.
  [/^(ExecStart=)node /gm, '$1/usr/lib/cotejo/node '],
  [/\/opt\/cotejo\/docs\//g, '/usr/share/doc/cotejo/'],
  [/\/opt\/cotejo\/dist\b/g, '/usr/lib/cotejo/dist'],
  [/^(ExecPaths=\/usr) \/opt$/gm, '$1'],
];

/**
 * @param text of a unit, or of another program's configuration, as it stands in the repository
 * @throws Error where it would still name a folder of a clone
 */
export function forPackage(text: string, name: string): string {
  const moved = MOVED.reduce((all, [from, to]) => all.replace(from, to), text);
  const left = /^.*\/opt\b.*$/m.exec(moved);
  if (left) throw new Error(`${name} names /opt where a package has nothing: ${left[0]}`);
  return moved;
}
