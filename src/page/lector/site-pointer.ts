import * as v from 'valibot';
import { name, positive } from '../../format/document.ts';
import { LIMITS } from '../../format/limits.ts';
import { POINTER } from '../../format/pointer.ts';
import { Refusal } from '../../format/refusal.ts';
import { decodeUtf8 } from '../../format/text.ts';
import type { WebClient } from '../web-get.ts';
import { WebTrouble } from '../web-trouble.ts';

const pointer = v.object({ phase: name, number: v.nullable(positive), shows: v.picklist(['corte', 'aviso', 'espera']) });

/**
 * What a site says, unsigned, that it shows at this moment.
 * @param site the address of its own folder, `/cotejo/`
 * @returns null where it does not say
 * @throws the client's signal's reason
 */
export async function readPointer(client: Pick<WebClient, 'read'>, site: URL): Promise<v.InferOutput<typeof pointer> | null> {
  try {
    const bytes = await client.read(new URL(POINTER, site), POINTER, LIMITS.documentBytes);
    const { success, output } = v.safeParse(pointer, JSON.parse((bytes && decodeUtf8(bytes)) ?? 'null'));
    return success ? output : null;
  } catch (error) {
    if (error instanceof Refusal || error instanceof WebTrouble || error instanceof SyntaxError) return null;
    throw error;
  }
}
