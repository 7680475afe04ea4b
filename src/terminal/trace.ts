import type { Shell } from './shell.ts';

/**
 * What a long-running command is doing, for people who read its code or look for a fault: where COTEJO_DEBUG is set,
 * one line on stderr for each step, with the milliseconds since the command began and since the step before.
 *
 * ```
 * cotejo: debug: 1312.4 ms, +3.1: before A13
 * ```
 *
 * A step that repeats itself is a sign of life in long work (`extracting`, once for each file): it is told when it
 * begins and, with its count, when something else follows. A turn is told each time.
 */
export function traceTo(shell: Pick<Shell, 'say'>): (step: string) => void {
  const began = performance.now();
  let [last, times, before] = ['', 0, began];
  const tell = (what: string, now: number) => {
    shell.say.debug(`${(now - began).toFixed(1)} ms, +${(now - before).toFixed(1)}: ${what}`);
    before = now;
  };
  return (step) => {
    const now = performance.now();
    if (step === last && step !== 'turn') {
      times += 1;
      return;
    }
    if (times > 1) tell(`${last}, ${times} times`, now);
    [last, times] = [step, 1];
    tell(step, now);
  };
}
