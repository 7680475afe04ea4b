import { bilingual, type SameAs } from '../format/said.ts';

/** What the built-in ports tell whoever runs the node. What they answer to strangers is not here: it has one language. */

const english = {
  noIecKey: '--sftp needs the IEC’s key',
  iecKeys: 'in the configuration: [sftp] iec_keys = ["ssh-ed25519 AAAA…"]',
  ended: (what: string, status: string) => `the process for --${what} ended with ${status}`,
  webServer: 'web server',
  accessLog: 'access-log',
  notRecorded: (requests: number, why: string) => `${requests} requests were not recorded: ${why}`,
  tooSlow: 'the disk takes them too slowly',
  noFile: (file: string) => `${file} is no file`,
  logFull: (file: string, most: number) => `${file} has reached its limit of ${most} bytes`,
  diskFull: (bytes: number) => `less than ${bytes} bytes are free`,
  writtenInPart: 'only a part could be written',
  times: (detail: string, times: number) => `${detail} (${times} times)`,
  timesLast: (times: number, detail: string) => `${times} times, the last: ${detail}`,
} as const;

const spanish: SameAs<typeof english> = {
  noIecKey: '--sftp necesita la llave del IEC',
  iecKeys: 'en la configuración: [sftp] iec_keys = ["ssh-ed25519 AAAA…"]',
  ended: (what, status) => `el proceso de --${what} terminó con ${status}`,
  webServer: 'servidor web',
  accessLog: 'registro de accesos',
  notRecorded: (requests, why) => `${requests} consultas no quedaron en el registro: ${why}`,
  tooSlow: 'el disco las escribe demasiado despacio',
  noFile: (file) => `${file} no es un archivo`,
  logFull: (file, most) => `${file} llegó a su límite de ${most} bytes`,
  diskFull: (bytes) => `quedan libres menos de ${bytes} bytes`,
  writtenInPart: 'sólo se pudo escribir una parte',
  times: (detail, times) => `${detail} (${times} veces)`,
  timesLast: (times, detail) => `${times} veces, la última: ${detail}`,
};

export const words = bilingual(english, spanish);
