declare module 'systemd-notify' {
  /** Runs systemd's own `systemd-notify`; rejects with a string where that fails. */
  export default function notify(options: { ready?: boolean; status?: string; pid?: number; booted?: boolean }): Promise<void>;
}
