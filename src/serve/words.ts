import { bilingual, type SameAs } from '../format/said.ts';

/** What the built-in ports tell whoever runs the node. What they answer to strangers is not here: it has one language. */

const english = {
  noIecKey: '--sftp needs the IEC’s key',
  iecKeys: 'in the configuration: [sftp] iec_keys = ["ssh-ed25519 AAAA…"]',
  ended: (what: string, status: string) => `the process for --${what} ended with ${status}`,
  webServer: 'web server',
  times: (detail: string, times: number) => `${detail} (${times} times)`,
  timesLast: (times: number, detail: string) => `${times} times, the last: ${detail}`,
} as const;

const spanish: SameAs<typeof english> = {
  noIecKey: '--sftp necesita la llave del IEC',
  iecKeys: 'en la configuración: [sftp] iec_keys = ["ssh-ed25519 AAAA…"]',
  ended: (what, status) => `el proceso de --${what} terminó con ${status}`,
  webServer: 'servidor web',
  times: (detail, times) => `${detail} (${times} veces)`,
  timesLast: (times, detail) => `${times} veces, la última: ${detail}`,
};

export const words = bilingual(english, spanish);
