/** How Patroni of a member speaks to etcd, by its own patroni.yml, but for its password; paths are of that member's host. */
export interface EtcdAccess {
  /** The sections of patroni.yml that name a DCS: `etcd3`. */
  readonly sections: readonly string[];
  readonly protocol?: string;
  readonly cacert?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly username?: string;
  readonly hasPassword: boolean;
}

/** The files it needs on a host. */
export const filesOf = ({ cacert, cert, key }: EtcdAccess): readonly string[] =>
  [cacert, cert, key].filter((path) => path !== undefined);

/** `https, with the CA /etc/ssl/ca.crt, as the user patroni`. */
export function accessWords({ protocol, cacert, cert, username, hasPassword }: EtcdAccess): string {
  return [
    protocol === 'https' ? 'https' : 'http',
    ...(cacert === undefined ? [] : [`with the CA ${cacert}`]),
    ...(cert === undefined ? [] : [`with the certificate ${cert}`]),
    username === undefined ? 'without a login' : `as the user ${username}${hasPassword ? ' with its password' : ''}`,
  ].join(', ');
}
