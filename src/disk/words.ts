import { bilingual } from '../format/said.ts';

/** What this room says, to people. */

const en = {
  notRegular: 'not a regular file',
  syncFailed: (folder: string, complaint: string) => `sync -f ${folder}: ${complaint}`,
  status: (status: string) => `status ${status}`,
  lockFailed: (status: string) => `flock ended with status ${status}`,
  folderWanted: (path: string) => `${path} is a file, and here a folder is wanted`,
};

const es: typeof en = {
  notRegular: 'no es un archivo regular',
  syncFailed: (folder, complaint) => `sync -f ${folder} falló: ${complaint}`,
  status: (status) => `estado ${status}`,
  lockFailed: (status) => `flock terminó con estado ${status}`,
  folderWanted: (path) => `${path} es un archivo, y aquí hace falta una carpeta`,
};

export const words = bilingual(en, es);
