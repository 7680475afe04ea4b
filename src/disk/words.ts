import { bilingual } from '../format/said.ts';

/** What this room says, to people. */

const en = {
  notRegular: (path: string) => `${path} is not a regular file`,
  syncFailed: (folder: string, complaint: string) => `sync -f ${folder}: ${complaint}`,
  status: (status: string) => `status ${status}`,
  lockFailed: (status: string) => `flock ended with status ${status}`,
  folderWanted: (path: string) => `${path} is a file, and here a folder is wanted`,
  noUndoList: (file: string) =>
    `${file} is no list of what a drill has to undo: look at it, and move it away once all that it says is undone`,
};

const es: typeof en = {
  notRegular: (path) => `${path} no es un archivo regular`,
  syncFailed: (folder, complaint) => `sync -f ${folder} falló: ${complaint}`,
  status: (status) => `estado ${status}`,
  lockFailed: (status) => `flock terminó con estado ${status}`,
  folderWanted: (path) => `${path} es un archivo, y aquí hace falta una carpeta`,
  noUndoList: (file) =>
    `${file} no es una lista de lo que un simulacro tiene que deshacer: véala, y quítela de ahí cuando todo lo que dice esté deshecho`,
};

export const words = bilingual(en, es);
