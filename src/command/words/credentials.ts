import { bilingual, type SameAs } from '../../format/said.ts';

/** What a service is told whose key is missing. */

const en = {
  byDifusorInit: '`cotejo difusor init` makes it',
  byCeremony: 'it comes from the ceremony',
  byIecInit: '`cotejo iec init` makes it',
  notGiven: (name: string, why: string) => `${name}: ${why}, and the unit gives no credential ${name}`,
  named: (name: string, why: string) => `${name}: ${why}`,
  giveByUnit: (unit: string, line: string) => `under [Service] of ${unit}.service: ${line}; systemctl edit ${unit}`,
  giveMadeByUnit: (unit: string, line: string, made: string) =>
    `under [Service] of ${unit}.service: ${line}, FILE being the key (${made}); systemctl edit ${unit}`,
  onlyService: 'only the account of the service may read it: run this as that account, or as root by systemd',
  configured: (made: string) => `the configuration names that file; ${made}`,
};

const es: SameAs<typeof en> = {
  byDifusorInit: 'la hace `cotejo difusor init`',
  byCeremony: 'viene de la ceremonia',
  byIecInit: 'la hace `cotejo iec init`',
  notGiven: (name, why) => `${name}: ${why}, y la unidad no da la credencial ${name}`,
  named: (name, why) => `${name}: ${why}`,
  giveByUnit: (unit, line) => `en [Service] de ${unit}.service: ${line}; systemctl edit ${unit}`,
  giveMadeByUnit: (unit, line, made) =>
    `en [Service] de ${unit}.service: ${line}, donde FILE es la llave (${made}); systemctl edit ${unit}`,
  onlyService: 'sólo la cuenta del servicio puede leerla: ejecute esto con esa cuenta, o como root por medio de systemd',
  configured: (made) => `la configuración nombra ese archivo; ${made}`,
};

export const CREDENTIALS = bilingual(en, es);
