/**
 * Hours as people read them. All take a time of the format (`2018-07-01T20:30:00-05:00`) and show it as it was written,
 * at the election's own offset: the machine's clock, time zone and language do not matter.
 */

const MONTHS = 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(' ');
const DAYS = 'domingo lunes martes miércoles jueves viernes sábado'.split(' ');
const MONTHS_IN_ENGLISH = 'January February March April May June July August September October November December'.split(' ');
const DAYS_IN_ENGLISH = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** `20:30 horas del 1 de julio de 2018`: within a sentence, for citizens and for the war room. */
export function hourOf(time: string): string {
  return `${clockOf(time)} horas ${dayOf(time)}`;
}

/** `del 1 de julio de 2018`: what {@link hourOf} says after the hour. */
export function dayOf(time: string): string {
  const { day, month, year } = partsOf(time);
  return `del ${day} de ${MONTHS[month]} de ${year}`;
}

/** The same for a reader of English: `20:30 on 1 July 2018`. */
export function hourInEnglish(time: string): string {
  return `${clockOf(time)} ${dayInEnglish(time)}`;
}

/** `on 1 July 2018` */
export function dayInEnglish(time: string): string {
  const { day, month, year } = partsOf(time);
  return `on ${day} ${MONTHS_IN_ENGLISH[month]} ${year}`;
}

/**
 * `domingo 1 de julio de 2018, 20:30 h (UTC−05:00)`: nothing left out, for people who sign or check. Seconds are shown
 * where there are any.
 */
export function momentOf(time: string): string {
  const { weekday, day, month, year, clock, offset } = partsOf(time);
  return `${DAYS[weekday]} ${day} de ${MONTHS[month]} de ${year}, ${clock} h (${offset})`;
}

/** The same for a reader of English: `Sunday 1 July 2018, 20:30 (UTC−05:00)`. */
export function momentInEnglish(time: string): string {
  const { weekday, day, month, year, clock, offset } = partsOf(time);
  return `${DAYS_IN_ENGLISH[weekday]} ${day} ${MONTHS_IN_ENGLISH[month]} ${year}, ${clock} (${offset})`;
}

/** `20:30`, where the day is plain. */
export function clockOf(time: string): string {
  return time.slice(11, 16);
}

/** `20:30:05`, for a page that shows the running time. */
export function secondsOf(time: string): string {
  return time.slice(11, 19);
}

/** `2018-07-01 20:30:05`: for a column of hours, which is read downwards. */
export function columnHour(time: string): string {
  return `${time.slice(0, 10)} ${secondsOf(time)}`;
}

interface Parts {
  /** 0 is Sunday */
  readonly weekday: number;
  readonly day: number;
  /** 0 is January */
  readonly month: number;
  readonly year: string;
  /** with seconds only where there are any */
  readonly clock: string;
  readonly offset: string;
}

function partsOf(time: string): Parts {
  const date = time.slice(0, 10);
  const [year = '', month, day] = date.split('-');
  return {
    weekday: new Date(`${date}T00:00:00Z`).getUTCDay(),
    day: Number(day),
    month: Number(month) - 1,
    year,
    clock: secondsOf(time).replace(/:00$/, ''),
    offset: `UTC${time.slice(19).replace('-', '\u2212')}`,
  };
}
