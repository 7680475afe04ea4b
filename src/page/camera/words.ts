/** Reading the printed code with a camera. */

export const cameraInSpanish = {
  start: 'Leer el QR con la cámara',
  stop: 'Cerrar la cámara',
  looking: 'Apunte al QR del acta. La imagen no sale de este aparato.',
  other: 'Ese QR no es un código de integridad.',
  code: 'Leído. Compare los dígitos con los impresos: valen los impresos.',
  stopped: '',
  late: 'No se vio ningún código. Escríbalo, o pruebe con más luz.',
  denied: 'El navegador no dio permiso de usar la cámara. Escriba el código.',
  'no-camera': 'No se pudo usar la cámara. Escriba el código.',
};

export const cameraInEnglish: typeof cameraInSpanish = {
  start: 'Read the QR with the camera',
  stop: 'Close the camera',
  looking: 'Point at the QR of the acta. The picture does not leave this device.',
  other: 'That QR is no code of integrity.',
  code: 'Read. Compare the digits with the printed ones: those count.',
  stopped: '',
  late: 'No code was seen. Type it, or try with more light.',
  denied: 'The browser gave no leave to use the camera. Type the code.',
  'no-camera': 'The camera could not be used. Type the code.',
};
