import { bilingual } from '../format/said.ts';

/** What is said of addresses and of systemd. */

const en = {
  notAddress: (text: string) => `${text} is not HOST:PORT`,
  addressLike: 'as in 127.0.0.1:8080 or [::1]:8080',
  notNotified: (status: string) => `systemd-notify ended with status ${status}`,
  notifyHangs: (seconds: number) => `systemd-notify has not ended within ${seconds} s`,
};

const es: typeof en = {
  notAddress: (text) => `${text} no es EQUIPO:PUERTO`,
  addressLike: 'como 127.0.0.1:8080 o [::1]:8080',
  notNotified: (status) => `systemd-notify terminó con estado ${status}`,
  notifyHangs: (seconds) => `systemd-notify no terminó en ${seconds} s`,
};

export const words = bilingual(en, es);
