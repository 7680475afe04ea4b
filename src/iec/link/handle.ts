import { Trouble } from './trouble.ts';
import { words } from './words.ts';

/** Bytes of a handle, by the protocol. */
const HANDLE_BYTES = 256;

/** @throws Trouble `node-failed` where the node gave something else for a handle */
export function asHandle(answer: unknown): Buffer {
  if (Buffer.isBuffer(answer) && answer.length > 0 && answer.length <= HANDLE_BYTES) return answer;
  throw new Trouble('node-failed', words.noHandle);
}
