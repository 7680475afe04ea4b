import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { corteFolder, trustFolder } from '../../chain/chain-folder.ts';
import { CORTE_FILES, custodianOfFile, deliveryName, trustFile } from '../../format/naming.ts';
import type { ChainView } from '../record/chain-view.ts';

/** What is brought to a node in one piece: a folder of files of the IEC's chain, by the name of its delivery. */
export interface Parcel {
  /** `jornada-000037`, `trust-2` */
  readonly name: string;
  /** each with its path here and its size now */
  readonly files: readonly { readonly name: string; readonly path: string; readonly bytes: number }[];
}

/** What is delivered of a corte: its four files. @throws Error where one of them is not there */
export async function corteParcel({ chain, phase }: ChainView, number: number): Promise<Parcel> {
  const folder = corteFolder(chain, phase.name, number);
  return parcelOf(deliveryName({ kind: 'corte', phase: phase.name, number }), folder, CORTE_FILES);
}

/** What is delivered of a trust document: itself and every signature beside it. @throws Error where it can't be read */
export async function trustParcel({ chain }: ChainView, version: number): Promise<Parcel> {
  const folder = trustFolder(chain);
  const names = (await fs.readdir(folder)).filter((name) => name === trustFile(version) || custodianOfFile(name, version) !== null);
  return parcelOf(deliveryName({ kind: 'trust', version }), folder, names.sort());
}

async function parcelOf(name: string, folder: string, names: readonly string[]): Promise<Parcel> {
  const files = names.map(async (file) => {
    const path = join(folder, file);
    return { name: file, path, bytes: (await fs.stat(path)).size };
  });
  return { name, files: await Promise.all(files) };
}
