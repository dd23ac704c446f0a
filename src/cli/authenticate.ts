import type { Clock } from '../core/clock.ts';
import { refusal, type TrunklineError, unauthorised } from '../core/errors.ts';
import { readPublicKeyLine } from '../core/ssh-public-key.ts';
import { formatDuration } from '../core/units.ts';
import { CliRequest, Envelope, NAMESPACE } from './request.ts';
import { verifySshSignature } from './verify-sshsig.ts';

/** Somebody who may speak by their SSH key. */
export interface CliPerson {
  /** Slack user id. */
  readonly user: string;
  readonly name: string;
  /** Lines as in `id_ed25519.pub`. */
  readonly keys: readonly string[];
}

/** A request that a listed person has signed just now, once. */
export interface SignedRequest {
  readonly person: CliPerson;
  readonly fingerprint: string;
  readonly request: CliRequest;
}

/** What is known of a request that is refused: nothing unless the signature is good. */
export interface Suspect {
  readonly person?: CliPerson;
  readonly fingerprint?: string;
  /** For the log and the audit, never for the sender. */
  readonly why: string;
}

export type Authenticated =
  | { readonly ok: true; readonly signed: SignedRequest }
  | { readonly ok: false; readonly error: TrunklineError; readonly suspect: Suspect };

export interface AuthenticateNeeds {
  readonly people: readonly CliPerson[];
  /** The name of this bot. */
  readonly bot: string;
  readonly clock: Pick<Clock, 'now'>;
  /** True the first time for a key, over all processes. */
  readonly once: (key: string) => Promise<boolean>;
}

/** A request counts for so long before and after its time. */
export const FRESH_MS = 60_000;

/**
 * Who sends this? The signature is verified first, over the bytes as they came; nothing of an unsigned request is looked at. To a
 * sender without a listed key all refusals are the same, so that nobody learns who is listed.
 */
export function createAuthenticate(needs: AuthenticateNeeds): (body: string) => Promise<Authenticated> {
  const owners = ownersOf(needs.people);
  return async (body) => {
    const envelope = Envelope.safeParse(json(body));
    if (!envelope.success) return refused(notSigned('something that nobody signed'), { why: 'it is no signed request' });
    const { request, signature } = envelope.data;
    const verified = verifySshSignature(signature, Buffer.from(request), NAMESPACE);
    if (!verified.ok) return refused(notSigned('the key that signed this'), { why: verified.why });
    const { blob, fingerprint } = verified.key;
    return judged(needs, {
      fingerprint,
      person: owners.get(blob.toString('base64')),
      content: CliRequest.safeParse(json(request)),
    });
  };
}

interface WellSigned {
  readonly fingerprint: string;
  /** Whose key it is, if it is listed. */
  readonly person: CliPerson | undefined;
  readonly content: ReturnType<typeof CliRequest.safeParse>;
}

async function judged(needs: AuthenticateNeeds, { fingerprint, person, content }: WellSigned): Promise<Authenticated> {
  const claimed = content.data?.user;
  if (!person || (claimed !== undefined && claimed !== person.user)) {
    const why = person ? `the key of ${person.user} was used for ${claimed}` : 'its key is not listed';
    return refused(notSigned(`the key ${fingerprint}`, claimed), { fingerprint, why });
  }
  if (!content.success) {
    const error = refusal(
      'this request is not one that this bot understands',
      'Use the `trunkline` of the same release as the bot.',
    );
    return refused(error, { person, fingerprint, why: 'it is of another form' });
  }
  const error = await counts(needs, person, content.data);
  if (error) return refused(error, { person, fingerprint, why: error.message });
  return { ok: true, signed: { person, fingerprint, request: content.data } };
}

/** Why a well-signed request does not count here and now. */
async function counts(needs: AuthenticateNeeds, { user }: CliPerson, request: CliRequest): Promise<TrunklineError | undefined> {
  if (request.bot !== needs.bot) {
    const says = `this bot is '${needs.bot}', and the request is meant for '${request.bot}'`;
    return refusal(says, 'Give --url of the bot that you mean, or its name with --bot.');
  }
  const lateMs = needs.clock.now() - request.atMs;
  if (Math.abs(lateMs) > FRESH_MS) {
    const off = `${formatDuration(Math.abs(lateMs))} ${lateMs > 0 ? 'old' : 'in the future'}`;
    const hint = 'Compare `date` on both machines and set the wrong clock; a hardware key must be touched within a minute.';
    return refusal(`this request is ${off} by the clock of the bot, and at most ${formatDuration(FRESH_MS)} is taken`, hint);
  }
  if (await needs.once(`cli ${user} ${request.nonce}`)) return undefined;
  return refusal(
    'this very request was received before, so it does not count again',
    'Type the command again; each is signed anew.',
  );
}

function refused(error: TrunklineError, suspect: Suspect): Authenticated {
  return { ok: false, error, suspect };
}

function notSigned(what: string, user?: string): TrunklineError {
  const whose = user === undefined ? 'anybody' : user.slice(0, 40);
  const hint = 'Ask the owners of Trunkline to list your public key under `cli.people`, or choose a listed one with --key.';
  return unauthorised(`${what} does not speak for ${whose} here`, hint);
}

/** The key's bytes in base64 -> whose it is. */
function ownersOf(people: readonly CliPerson[]): ReadonlyMap<string, CliPerson> {
  return new Map(
    people.flatMap((person) =>
      person.keys.flatMap((line) => {
        const key = readPublicKeyLine(line);
        return key ? [[key.blob.toString('base64'), person] as const] : [];
      }),
    ),
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
