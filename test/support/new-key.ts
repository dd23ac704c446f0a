import ssh2 from 'ssh2';

/** A new ed25519 key in OpenSSH form. ssh2 writes about one in 200 in a form that it cannot read itself; such a one is made again. */
export function newKey(): { readonly private: string; readonly public: string } {
  for (;;) {
    const key = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(key.private) instanceof Error)) return key;
  }
}
