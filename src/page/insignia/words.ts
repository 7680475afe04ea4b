import { clockOf, hourOf } from '../../html/hour.ts';
import { sizeOf } from '../../html/size.ts';
import type { Checked } from './head.ts';

/** All that the badge says, in Spanish. Whose address was checked stands beside it, always. */

type Tone = 'good' | 'bad' | 'unknown' | 'busy';

export interface Said {
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
  /** of the button, where there is something to ask for */
  readonly ask: string | null;
}

export const CHECKING: Said = {
  tone: 'busy',
  title: 'Verificando…',
  detail: 'Se compara lo que muestra con lo firmado.',
  ask: null,
};

/** @param checked null where nobody answered. @param localHour the reader's own hour of the check, `20:41` */
export function saidOf(checked: Checked | null, localHour: string): Said {
  if (checked === null) {
    return {
      tone: 'unknown',
      title: 'Sin conexión',
      detail: `No contestó a las ${localHour}. No se sabe nada.`,
      ask: 'Reintentar',
    };
  }
  switch (checked.kind) {
    case 'same': {
      const { number, taken_at: hour } = checked.statement;
      if (!checked.isDue)
        return {
          tone: 'bad',
          title: 'No está al día',
          detail: `Su portada es la firmada, pero del corte ${number}, de las ${hourOf(hour)}: debería mostrar un aviso.`,
          ask: null,
        };
      return {
        tone: 'good',
        title: `Verificado a las ${localHour}`,
        detail: `Su portada es la firmada en el corte ${number}, de las ${clockOf(hour)} horas.`,
        ask: null,
      };
    }
    case 'other':
      return {
        tone: 'bad',
        title: 'No coincide',
        detail:
          checked.code === null
            ? `Su portada no es la firmada en el corte ${checked.number}.`
            : `Lo que publica no está firmado como debe (${checked.code}).`,
        ask: 'Repetir',
      };
    case 'aviso':
      return { tone: 'unknown', title: 'Muestra un aviso', detail: 'No recibe cortes nuevos, y no muestra resultados.', ask: null };
    case 'espera':
      return { tone: 'unknown', title: 'Aún no comienza', detail: 'Todavía no hay resultados que verificar.', ask: null };
    case 'large':
      return {
        tone: 'unknown',
        title: 'Sin verificar',
        detail: 'La lista de archivos es larga; se lee si usted lo pide.',
        ask: `Verificar (${sizeOf(checked.bytes)})`,
      };
    case 'nothing':
      return {
        tone: 'unknown',
        title: 'No se pudo verificar',
        detail: 'No publica lo que hace falta para compararlo.',
        ask: 'Reintentar',
      };
  }
}
