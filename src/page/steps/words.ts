/** What to do now. */

export const stepsInSpanish = {
  title: 'Qué hacer ahora',
  calm: 'Esto no dice quién falló ni por qué: puede ser una falla del sitio, un atraso, o algo entre el sitio y usted.',
  distrust: 'No tome por buenos los resultados de esta copia mientras tanto.',
  retype: 'Compare otra vez el código con el impreso, grupo por grupo. Un solo dígito cambiado da este resultado.',
  address: 'Revise la dirección, o cópiela de la lista de difusores que publica el Instituto.',
  again: 'Espere dos minutos y compruebe otra vez: entre un corte y otro, un sitio puede estar a la mitad del cambio.',
  line: 'Pruebe con otra conexión (datos del teléfono en lugar de wifi), y sin extensiones del navegador.',
  other: 'Vea los resultados en otro difusor o en el sitio del Instituto, y compruébelo con esta misma página.',
  keep: 'Guarde la constancia, que está más abajo.',
  screenshot: 'Tome una captura de pantalla en la que se vean la dirección y la hora.',
  difusor: 'Avise al difusor por los medios que da en su portal: quizá todavía no lo sabe.',
  institute: 'Avise al Instituto Electoral. Diga la dirección, la hora y lo que dice arriba, y mande lo que guardó.',
  theInstitute: 'Instituto Electoral',
};

export const stepsInEnglish: typeof stepsInSpanish = {
  title: 'What to do now',
  calm: 'This does not say who failed, nor why: it may be a fault of the site, a delay, or something between the site and you.',
  distrust: 'Do not rely on the results of this copy meanwhile.',
  retype: 'Compare the code with the printed one again, group by group. A single changed digit gives this result.',
  address: 'See whether the address is right, or copy it from the list of Difusores that the Institute publishes.',
  again: 'Wait two minutes and check again: between one corte and the next a site may be in the middle of the change.',
  line: 'Try another connection (the telephone’s data instead of wifi), and without extensions of the browser.',
  other: 'See the results at another Difusor or at the Institute’s site, and check that with this same page.',
  keep: 'Save the constancia, further below.',
  screenshot: 'Take a screenshot that shows the address and the hour.',
  difusor: 'Tell the Difusor by the means that its portal gives: it may not know yet.',
  institute: 'Tell the electoral institute. Say the address, the hour and what it says above, and send what you saved.',
  theInstitute: 'Electoral institute',
};
