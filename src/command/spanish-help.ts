import { type Argument, type Command, Help, type HelpConfiguration, type Option } from 'commander';

/**
 * Commander's help in Spanish: its own few words, and the names that stand for values. The descriptions are said in
 * Spanish where the tree is made.
 */

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': 'Uso:',
  'Arguments:': 'Argumentos:',
  'Options:': 'Opciones:',
  'Commands:': 'Órdenes:',
  'Example:': 'Ejemplo:',
};

/** What stands for a value, as in `--config <file>`. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  address: 'dirección',
  chain: 'cadena',
  chains: 'cadenas',
  command: 'orden',
  delivery: 'entrega',
  difusor: 'difusor',
  dir: 'carpeta',
  file: 'archivo',
  'file.pub': 'archivo.pub',
  folder: 'carpeta',
  hash: 'código',
  'host:port': 'equipo:puerto',
  how: 'cómo',
  'id,id': 'clave,clave',
  'id=text': 'clave=texto',
  introduction: 'presentación',
  key: 'llave',
  language: 'idioma',
  n: 'n',
  name: 'nombre',
  'name=address': 'nombre=dirección',
  origin: 'origen',
  place: 'lugar',
  reason: 'motivo',
  'name=dir': 'nombre=carpeta',
  node: 'nodo',
  number: 'número',
  options: 'opciones',
  path: 'ruta',
  plan: 'plan',
  shell: 'intérprete',
  site: 'sitio',
  source: 'origen',
  text: 'texto',
  time: 'hora',
  'trust.json': 'confianza.json',
  which: 'cuáles',
};

/** @returns flags or a usage line with what stands in `<…>` and `[…]` in Spanish */
export function placeholdersInSpanish(text: string): string {
  return text.replace(/([<[])([^\s<>[\]]+?)(\.\.\.)?([>\]])/g, (_whole, open, name: string, dots = '', close) => {
    return `${open}${placeholderInSpanish(name)}${dots}${close}`;
  });
}

function placeholderInSpanish(name: string): string {
  return PLACEHOLDERS[name] ?? name;
}

const commanders = new Help();

export const HELP_IN_SPANISH: HelpConfiguration = {
  // Spanish words are longer: a description is wrapped in what they leave of a line.
  minWidthToWrap: 30,
  styleTitle: (title) => TITLES[title] ?? title,
  commandUsage: (command: Command) => placeholdersInSpanish(commanders.commandUsage(command)),
  subcommandTerm: (command: Command) => placeholdersInSpanish(commanders.subcommandTerm(command)),
  optionTerm: (option: Option) => placeholdersInSpanish(option.flags),
  argumentTerm: (argument: Argument) => placeholderInSpanish(argument.name()),
  optionDescription(option: Option) {
    const takesValue = option.required || option.optional;
    return described(option.description, option.argChoices, takesValue ? option.defaultValue : undefined);
  },
  argumentDescription: (argument: Argument) => described(argument.description, argument.argChoices, argument.defaultValue),
};

function described(description: string, choices: readonly string[] | undefined, otherwise: unknown): string {
  const more = [
    ...(choices ? [`valores: ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`] : []),
    ...(otherwise === undefined || (Array.isArray(otherwise) && otherwise.length === 0)
      ? []
      : [`si se omite: ${JSON.stringify(otherwise)}`]),
  ];
  return more.length === 0 ? description : `${description} (${more.join('; ')})`;
}
