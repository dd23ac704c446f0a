import type { Attachment, Message } from '../core/message.ts';

/** The direct message that gives somebody their key. */
export function keyLetter({
  secret,
  address,
  issuer,
}: {
  readonly secret: string;
  readonly address: string;
  readonly issuer: string;
}): Message {
  const groups = secret.match(/.{1,4}/g) ?? [secret];
  return {
    summary: `Your key for one-time codes of ${issuer}`,
    parts: [
      { title: `Your one-time codes for ${issuer}`, sign: 'info' },
      { line: 'Add this key to an authenticator app: scan the picture in the thread, or type the key.' },
      { line: ['Key: ', { revealed: groups.join(' ') }] },
      { line: ['Or as an address: ', { revealed: address }] },
      { line: 'Then enter the first code that the app shows. The key lapses in 15 minutes without it.' },
      // The click itself says whose key it is; the button has nothing to carry.
      { buttons: [{ label: 'Enter the first code', action: 'totp-confirm', value: 'totp', style: 'primary' }] },
      { note: 'Show this key to nobody: no one else ever needs it. This message is emptied once the code was right.' },
    ],
  };
}

/** What is left of it. */
export function emptied(): Message {
  const says = 'Your one-time codes count. The key that stood here was removed.';
  return {
    summary: says,
    parts: [
      { line: says, sign: 'done' },
      { note: ['Phone lost? Another admin voids the codes with ', { code: '/pg totp reset' }, '.'] },
    ],
  };
}

/** The key as a picture for a camera. */
export function pictureOf(content: Uint8Array): Attachment {
  return {
    name: 'key.png',
    title: 'Scan this with an authenticator app',
    content,
    alt: 'The same key as in the message, for a camera',
  };
}
