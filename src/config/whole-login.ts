type Keys = readonly (string | number)[];

interface Found {
  readonly keys: Keys;
  readonly reason: string;
  readonly hint: string;
}

/** A user name without a password, or the reverse: neither would be used. */
export function halfOfLogin(
  { username, password }: { readonly username?: string | undefined; readonly password?: string | undefined },
  at: Keys,
): readonly Found[] {
  if ((username === undefined) === (password === undefined)) return [];
  const missing = username === undefined ? 'username' : 'password';
  return [
    { keys: [...at, missing], reason: 'username and password belong together', hint: `Add ${missing}, or take the other away.` },
  ];
}

/** A client certificate without its key, or the reverse. */
export function halfOfTls(
  tls: { readonly cert?: string | undefined; readonly key?: string | undefined } | undefined,
  at: Keys,
): readonly Found[] {
  if (!tls || (tls.cert === undefined) === (tls.key === undefined)) return [];
  const missing = tls.cert === undefined ? 'cert' : 'key';
  return [
    {
      keys: [...at, missing],
      reason: 'cert and key of a client certificate belong together',
      hint: `Add ${missing}, or take the other away.`,
    },
  ];
}
