import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeDurably } from '../../disk/durable.ts';
import { roomBeside } from '../../disk/room.ts';
import { saidBy } from '../../format/thrown.ts';
import type { Tell } from '../state/events.ts';
import { roomsOf } from '../state/rooms.ts';
import { words } from '../words.ts';

/** The signs by which the web server (systemd/nginx) goes: files in a folder in memory, which are there or not. */

/** @throws Error where the folder can't be written */
export function setSign(folder: string, name: string, isOn: boolean): void {
  const file = join(folder, name);
  if (isOn) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    if (!statSync(file, { throwIfNoEntry: false })) writeFileSync(file, 'ok\n', { mode: 0o644 });
  } else rmSync(file, { force: true });
}

/** Where it is, no request is recorded. */
const UNRECORDED = 'sin-bitacora';
/** Bytes that the record of requests leaves to the cortes. They are more than what else leaves room, which goes on longer. */
const LEFT = 4 * 1024 ** 3;
/** There must be so much more before it goes on, or it would stop and go on with every corte. */
const MORE = 256 * 1024 ** 2;

export interface RecordSign {
  /** Sets or takes away the sign. Never throws; what is wrong is told once while it lasts, and each stop and its end once. */
  look(): Promise<void>;
}

/**
 * Stops the web server's record of requests before it takes the space that cortes need: strangers decide how fast it grows.
 * That it has stopped is kept in the state: its end is told also where the machine was restarted meanwhile, or a memoria
 * would take the record for stopped ever since.
 * @param state the state's folder, whose file system is looked at; a record on another one is not bounded by this
 * @param signs the folder of the signs
 * @param room bytes that may still be recorded on the file system of a folder; a test gives its own
 */
export function newRecordSign(
  state: string,
  signs: string,
  tell: Tell,
  room = (folder: string) => roomBeside(folder, LEFT),
): RecordSign {
  const { unrecorded } = roomsOf(state);
  let hasStopped = existsSync(unrecorded);
  let told: string | null = null;
  return {
    async look() {
      try {
        const stops = (await room(state)) < (hasStopped ? MORE : 0);
        setSign(signs, UNRECORDED, stops);
        if (stops !== hasStopped) {
          hasStopped = stops;
          tell({ event: 'access-log', recorded: !stops, detail: stops ? words.noRoomForRecord : words.roomForRecord });
          if (stops) await writeDurably(unrecorded, '');
          else await rm(unrecorded, { force: true });
        }
        told = null;
      } catch (error) {
        const detail = saidBy(error);
        if (told !== detail.en) tell({ event: 'error', what: words.guard(words.guardRecord), detail });
        told = detail.en;
      }
    },
  };
}
