/** Lengths of time as people read them, the same in Spanish and in English. All take seconds. */

/** `1 h 5 min`, `−3 s`: exact to the second, parts that are 0 left out. */
export function spanOf(seconds: number): string {
  const { sign, h, min, s } = partsOf(seconds);
  const parts = [
    [h, 'h'],
    [min, 'min'],
    [s, 's'],
  ] as const;
  const shown = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`);
  return sign + (shown.join(' ') || '0 s');
}

/** `1 h 5 min`, `1 h 0 min`, `1 min 15 s`: how late something is, at a glance; past an hour no seconds. */
export function lagSpan(seconds: number): string {
  const { sign, h, min } = partsOf(seconds);
  return h > 0 ? `${sign}${h} h ${min} min` : spanOf(seconds);
}

/** `10 min`, `90 s`: a rule of a phase, in the unit in which it was set. */
export function ruleSpan(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** Splits the whole number of seconds, so that rounding up never gives `60 s`. */
function partsOf(seconds: number): { sign: '' | '−'; h: number; min: number; s: number } {
  const whole = Math.round(seconds);
  const size = Math.abs(whole);
  return { sign: whole < 0 ? '−' : '', h: Math.floor(size / 3600), min: Math.floor((size % 3600) / 60), s: size % 60 };
}
