import type { NodeFaultId } from '../faults.ts';
import { DAEMONS } from './daemon.ts';
import { DELIVERIES } from './deliveries.ts';
import { FULL_DISK } from './disk.ts';
import { STOLEN_KEY } from './key.ts';
import { CUT_LINK, SLOW_LINK } from './link.ts';
import { DEFACED } from './page.ts';
import type { Actor } from './stage.ts';
import { WRONG_CLOCK } from './wrong-clock.ts';

/** Who makes which fault at a node. */
export const NODE_ACTORS: Readonly<Record<NodeFaultId, Actor>> = {
  ...DELIVERIES,
  ...DAEMONS,
  'pagina-alterada': DEFACED,
  'reloj-adelantado': WRONG_CLOCK,
  'disco-lleno': FULL_DISK,
  'enlace-lento': SLOW_LINK,
  'enlace-cortado': CUT_LINK,
  'llave-robada': STOLEN_KEY,
};
