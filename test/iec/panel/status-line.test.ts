import test from 'ava';
import { statusLine } from '../../../src/iec/panel/status-line.ts';

test('a node that was never reached is counted by itself, and only where there is one', (t) => {
  const well = ['al-dia', 'recuperado', '2-fallas', 'interrumpido'] as const;
  t.is(statusLine(37, well), 'corte 37; 2 al día, 1 con fallas, interrumpidos: 1');
  t.is(statusLine(0, ['sin-contacto']), 'sin cortes; 0 al día, 0 con fallas, interrumpidos: 0, sin contacto: 1');
});
