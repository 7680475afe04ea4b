import { hourOf, momentOf, secondsOf } from '../../html/hour.ts';
import { countOf } from '../../html/size.ts';
import type { Count } from '../figures.ts';

/** Numbers and hours as the document writes them. */

/** `12,345`, or `≈ 12,300 (± 150)` where it is an estimate. */
export function counted({ value, isExact, error }: Count): string {
  return isExact ? countOf(value) : `≈ ${countOf(Math.round(value))} (± ${countOf(Math.ceil(error))})`;
}

/** `1 archivo`, `12 archivos` */
export function many(n: number, one: string, more: string): string {
  return `${countOf(n)} ${n === 1 ? one : more}`;
}

/** A mean or a median: whole from ten on. */
export function average(value: number): string {
  return value >= 10 || Number.isInteger(value) ? countOf(Math.round(value)) : String(Math.round(value * 10) / 10);
}

/** `× 12.4`: how many times what is usual; a dash where nothing is usual. */
export function timesOf(value: number, usual: number): string {
  if (usual <= 0) return '—';
  const times = value / usual;
  return `× ${times >= 100 ? countOf(Math.round(times)) : times.toFixed(times >= 10 ? 1 : 2)}`;
}

/** `20:14 h del 1 de julio`, for a sentence about one night. */
export function minuteOf(time: string): string {
  return hourOf(time)
    .replace(' horas del ', ' h del ')
    .replace(/ de \d{4}$/, '');
}

const MONTHS = ['ene', 'feb', 'mar', 'abr', 'may', 'jun', 'jul', 'ago', 'sep', 'oct', 'nov', 'dic'];

/** `1 jul` */
export function shortDay(time: string): string {
  return `${Number(time.slice(8, 10))} ${MONTHS[Number(time.slice(5, 7)) - 1]}`;
}

/** `1 jul 20:14:05`: for a column. */
export function cellHour(time: string): string {
  return `${shortDay(time)} ${secondsOf(time)}`;
}

/** `lunes 2 de julio de 2018` */
export function dayOf(time: string): string {
  return momentOf(time).replace(/, \d\d:.*$/, '');
}
