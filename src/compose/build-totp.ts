import { qrPicture } from '../charts/qr-picture.ts';
import type { Chat } from '../chat/chat.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Gate } from '../gate/gate.ts';
import { createSealer } from '../gate/seal.ts';
import { createTotp, noTotp, type Totp } from '../gate/totp.ts';
import type { Store } from '../store/store.ts';
import type { AuditParts } from './build-audit.ts';

interface Needs {
  /** A worker alone takes no clicks, so it opens no secret of theirs. */
  readonly bot: boolean;
  readonly config: Config;
  readonly secrets: Secrets;
  readonly store: Pick<Store, 'totp'>;
  readonly trail: AuditParts['trail'];
  readonly chat: Pick<Chat, 'letters'>;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly log: Log;
}

/** One-time codes. @throws Refusal for a key that is none. */
export function buildTotp({ bot, config, secrets, store, trail, chat, gate, clock, log }: Needs): Totp {
  if (!bot || !config.totp) return noTotp();
  const { key, oldKeys, issuer } = config.totp;
  return createTotp({
    store: store.totp,
    sealer: createSealer(
      secrets.reveal(key),
      oldKeys.map((one) => secrets.reveal(one)),
    ),
    audit: trail,
    send: (userId, message, file) => chat.letters.send(userId, message, file),
    empty: (letter, instead) => chat.letters.empty(letter, instead),
    picture: qrPicture,
    ...{ issuer, gate, clock, log },
  });
}
