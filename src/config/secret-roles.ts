/** Whether a process needs the secret, or the file of a key, at this place of the configuration. */
export type Needed = (path: string) => boolean;

/** The places whose secrets change clusters; a worker alone needs them. */
const WRITES = new RegExp(
  [
    String.raw`^clusters\[\d+\]\.patroni\.(password|changes\.(cert|key))$`,
    String.raw`^clusters\[\d+\]\.patroni\.joins\.\w+\.password$`,
    String.raw`^clusters\[\d+\]\.(rewind|probe|pgbouncers\[\d+\])\.password$`,
    String.raw`^clusters\[\d+\]\.probe\.tls\.(cert|key)$`,
  ].join('|'),
);
const SSH_LOGIN = /^clusters\[(\d+)\]\.ssh\.(privateKeyFile|agent|passphrase|certificateFile)$/;

/**
 * What the parts of a process need. A bot without a worker holds nothing that changes a cluster; the ssh login it shares with the worker
 * where `ssh.reading` gives it none of its own. A worker takes no clicks and tells no alerts, so it opens no secret of one-time codes and
 * of targets.
 * @param tree of the configuration, checked or not.
 */
export function neededBy({ bot, worker }: { readonly bot: boolean; readonly worker: boolean }, tree: unknown): Needed {
  if (worker) return bot ? () => true : (path) => !/^(totp|alerts)\./.test(path);
  return (path) => {
    const cluster = SSH_LOGIN.exec(path)?.[1];
    if (cluster !== undefined) return inside(tree, ['clusters', Number(cluster), 'ssh', 'reading']) === undefined;
    return !WRITES.test(path);
  };
}

function inside(tree: unknown, keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>((at, key) => (at !== null && typeof at === 'object' ? Reflect.get(at, key) : undefined), tree);
}
