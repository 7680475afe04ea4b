import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './programs.ts';

/**
 * The shell blocks of docs/difusor.md, docs/iec.md, docs/memoria.md, docs/simulacros.md, docs/espejo.md and docs/lector.md,
 * which the tests run unchanged. A word after `sh` names a block that is not part of the plain walk from top to bottom: `red`
 * needs a network, others are for an occasion.
 */
export interface Block {
  /** the number of the guide's section */
  readonly section: number;
  readonly name: string | null;
  readonly script: string;
}

export async function readGuide(
  name: 'difusor' | 'espejo' | 'iec' | 'lector' | 'memoria' | 'simulacros' = 'difusor',
): Promise<Block[]> {
  return blocksOf(await readText(name));
}

/** The shell blocks of a text in Markdown. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let section = 0;
  for (const [, heading, info, script] of text.matchAll(/^## (\d+)\..*$|^```(.*)\n([^]*?)^```$/gm)) {
    if (heading !== undefined) section = Number(heading);
    const kind = /^sh(?: ([\w-]+))?$/.exec(info ?? '');
    if (kind && script !== undefined) blocks.push({ section, name: kind[1] ?? null, script: `set -e\n${script}` });
  }
  return blocks;
}

/** The blocks of some sections that are run one after the other. */
export function walk(guide: readonly Block[], from: number, to: number): string[] {
  return guide.filter(({ section, name }) => name === null && section >= from && section <= to).map(({ script }) => script);
}

export function named(guide: readonly Block[], name: string): string {
  const block = guide.find((one) => one.name === name);
  if (!block) throw new Error(`the guide has no block ${name}`);
  return block.script;
}

/** The one block of a language in a guide: what it tells to write in a file. */
export async function fileIn(name: 'difusor' | 'iec' | 'lector' | 'memoria', language: string): Promise<string> {
  const [block, ...others] = (await readText(name)).matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'));
  if (block?.[1] === undefined || others.length > 0) throw new Error(`docs/${name}.md has not one block of ${language}`);
  return block[1];
}

function readText(name: string): Promise<string> {
  return readFile(join(repository(), `docs/${name}.md`), 'utf8');
}
