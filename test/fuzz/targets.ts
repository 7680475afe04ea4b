import type { Target } from './target.ts';

/** The targets by their names. Each is loaded when it is asked for: some serve something. */
export const TARGETS: Readonly<Record<string, () => Promise<Target>>> = {
  documents: async () => (await import('./targets/formats.ts')).documents,
  constancias: async () => (await import('./targets/constancia.ts')).constancias,
  sshsig: async () => (await import('./targets/formats.ts')).sshsig,
  keys: async () => (await import('./targets/formats.ts')).keys,
  'key-files': async () => (await import('./targets/files.ts')).keyFiles,
  package: async () => (await import('./targets/package.ts')).pack,
  toml: async () => (await import('./targets/files.ts')).toml,
  logs: async () => (await import('./targets/files.ts')).logs,
  'access-logs': async () => (await import('./targets/access-logs.ts')).accessLogs,
  sellos: async () => (await import('./targets/sellos.ts')).sellos,
  contents: async () => (await import('./targets/contents.ts')).contents,
  memorias: async () => (await import('./targets/memoria.ts')).memorias,
  'http-parts': async () => (await import('./targets/http.ts')).httpParts,
  'http-requests': async () => (await import('./targets/http.ts')).httpRequests(),
  'http-answers': async () => (await import('./targets/http.ts')).httpAnswers(),
  lector: async () => (await import('./targets/lector.ts')).lector,
  'sftp-requests': async () => (await import('./targets/sftp.ts')).sftpRequests(),
  'sftp-answers': async () => (await import('./targets/sftp.ts')).sftpAnswers(),
};
