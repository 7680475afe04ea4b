import * as v from 'valibot';
import { text } from '../../format/document.ts';
import { asked } from '../../format/issue.ts';
import { formatTime } from '../../format/time.ts';
import type { Phase } from '../../format/trust.ts';
import { dialled } from './phone.ts';
import { words } from './words.ts';

/**
 * Whom to call at a Difusor: people with their post, their telephone and their hours, for each stage of base V. The panel
 * shows who is on duty at this stage and at this hour.
 */

/** Installation and tests; exercises and drills; the election. */
const STAGES = ['pruebas', 'simulacros', 'jornada'] as const;
export type Stage = (typeof STAGES)[number];

const filled = v.pipe(text, v.nonEmpty(asked(words.aText)));

const HOURS = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

const hours = v.pipe(
  v.string(),
  v.check((value) => HOURS.test(value), asked(words.hours)),
  v.check((value) => value.slice(0, 5) !== value.slice(6), asked(words.twoHours)),
);

const stages = v.pipe(
  v.array(v.picklist(STAGES, asked(words.stages(STAGES.map((stage) => `"${stage}"`).join(', '))))),
  v.minLength(1, asked(words.aStage)),
  v.check((all) => new Set(all).size === all.length, asked(words.stageTwice)),
);

/** One `[[difusor.contacts]]` of IEC.toml. */
export const contactSchema = v.strictObject({
  name: filled,
  post: filled,
  phone: v.pipe(
    text,
    v.check((value) => dialled(value) !== null, asked(words.aPhone)),
  ),
  /** all, where absent */
  stages: v.optional(stages),
  /** from and to, in the local time of the election; at any hour, where absent */
  hours: v.optional(hours),
});

export type Contact = v.InferOutput<typeof contactSchema>;

/** A phase that is still further than this is being installed and tested for. */
const TESTS_MS = 24 * 3_600_000;

/** The stage in which a phase is. @param now ms since the epoch; @param opens of the phase, ms */
export function stageOf({ kind }: Pick<Phase, 'kind'>, opens: number, now: number): Stage {
  if (now < opens - TESTS_MS) return 'pruebas';
  return kind === 'oficial' ? 'jornada' : 'simulacros';
}

export interface OnDuty {
  readonly contact: Contact;
  /** false where these are not his hours, or not his stage: nobody better is known */
  readonly isOn: boolean;
}

/**
 * Whom to call now, in the order of the file.
 * @param offset of the election's local time, minutes east of UTC
 * @returns those of this stage and hour; where there are none, those of the stage; where there are none either, all
 */
export function onDuty(contacts: readonly Contact[], stage: Stage, now: number, offset: number): OnDuty[] {
  const clock = formatTime(now, offset).slice(11, 16);
  const ofStage = contacts.filter(({ stages: own }) => own === undefined || own.includes(stage));
  const on = ofStage.filter(({ hours: own }) => own === undefined || isWithin(own, clock));
  if (on.length > 0) return on.map((contact) => ({ contact, isOn: true }));
  return (ofStage.length > 0 ? ofStage : contacts).map((contact) => ({ contact, isOn: false }));
}

/** @param range `18:00-08:00`, which goes over midnight; the first minute is in it, the last is not */
function isWithin(range: string, clock: string): boolean {
  const [from, to] = [range.slice(0, 5), range.slice(6)];
  return from < to ? from <= clock && clock < to : clock >= from || clock < to;
}
