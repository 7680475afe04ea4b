import { makeKey } from './keys.ts';

/** The key with which the tests' node signs its acuses. */
export const ACUSE_KEY = makeKey('acuse of web1');
