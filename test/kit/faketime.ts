/** A clock that a test sets, for a program that is a process of its own. Needs Debian's libfaketime. */

export const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

/**
 * The environment in which a program's hour is what a file says at that moment, while its timers go on as they do.
 * @param file `+90` for so many seconds from now, or an hour in the program's time zone at which its clock stands still,
 *   `2018-07-01 20:00:00`
 */
export function clockIn(file: string): Record<string, string> {
  return { LD_PRELOAD: FAKETIME, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', DONT_FAKE_MONOTONIC: '1' };
}

/** The environment of a program whose clock stands still. @param hour ms since the epoch, of which the second counts */
export function clockAt(hour: number): Record<string, string> {
  return { LD_PRELOAD: FAKETIME, FAKETIME: new Date(hour).toISOString().slice(0, 19).replace('T', ' '), TZ: 'UTC' };
}
