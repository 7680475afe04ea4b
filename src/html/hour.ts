const MONTHS = 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(' ');

/** `2018-07-01T20:30:00-05:00` as `20:30 horas del 1 de julio de 2018`: as written, at the election's own offset. */
export function hourOf(time: string): string {
  const [date, clock] = time.split('T') as [string, string];
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return `${clock.slice(0, 5)} horas del ${day} de ${MONTHS[month - 1]} de ${year}`;
}

const IN_ENGLISH = 'January February March April May June July August September October November December'.split(' ');

/** The same for a reader of English: `20:30 on 1 July 2018`. */
export function hourInEnglish(time: string): string {
  const [date, clock] = time.split('T') as [string, string];
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return `${clock.slice(0, 5)} on ${day} ${IN_ENGLISH[month - 1]} ${year}`;
}
