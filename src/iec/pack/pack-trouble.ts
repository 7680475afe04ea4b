import { Refusal } from '../../format/refusal.ts';
import { type Told, toldOf } from '../link/trouble.ts';
import { SourceChanged } from './source.ts';

/**
 * Names why a corte could not be made: what Difusores would refuse has the format's code, a full disk of ours has its
 * own name, and everything else is a failure of the IEC's machine.
 */
export function packTroubleOf(error: unknown): Told {
  const told = toldOf(error);
  const { detail } = told;
  if (told.code !== 'iec-failed') return told;
  if (error instanceof SourceChanged) return { code: 'source-changed', detail };
  if (error instanceof Refusal) return { code: error.code, detail };
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return { code: code === 'ENOSPC' || code === 'EDQUOT' ? 'iec-disk-full' : 'iec-failed', detail };
}
