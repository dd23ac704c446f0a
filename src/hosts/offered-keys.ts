import ssh2, { type Client, type ParsedKey, type SignCallback, type SigningRequestOptions } from 'ssh2';
import { asError, bug } from '../core/errors.ts';
import type { Signature } from './agent-client.ts';
import type { Certificate } from './certificate.ts';
import { wireReader, wireString } from './ssh-wire.ts';

/** A key or a certificate to log in with, and who signs with it. */
export interface OfferedKey {
  /** Absent for a plain key. */
  readonly certificate?: Certificate | undefined;
  /** The plain public key in its binary form. */
  readonly plainKey: Buffer;
  sign(data: Buffer, hash: string | undefined): Promise<Signature>;
}

/**
 * Lets ssh2 offer keys of an agent, and certificates. ssh2 1.17 knows no certificates: it names the certificate's algorithm where
 * the plain one belongs, inside the signature (RFC 4253, 6.6), and sshd refuses that. So a login with a certificate writes its last
 * message anew, with the right name. `client` is the connection that logs in.
 */
export function offerKeys(offered: readonly OfferedKey[], client: () => Client | null | undefined): ssh2.BaseAgent {
  const keys = new Map<ParsedKey, OfferedKey>();
  for (const one of offered) {
    const parsed = ssh2.utils.parseKey(one.plainKey);
    if (!(parsed instanceof Error)) keys.set(one.certificate ? asCertificate(parsed, one.certificate) : parsed, one);
  }
  return new OfferingAgent(keys, client);
}

class OfferingAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #keys: ReadonlyMap<ParsedKey, OfferedKey>;
  readonly #client: () => Client | null | undefined;

  constructor(keys: ReadonlyMap<ParsedKey, OfferedKey>, client: () => Client | null | undefined) {
    super();
    this.#keys = keys;
    this.#client = client;
  }

  override getIdentities(done: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
    done(undefined, [...this.#keys.keys()]);
  }

  override sign(key: ParsedKey, data: Buffer, given: SigningRequestOptions | SignCallback, callback?: SignCallback): void {
    const done = typeof given === 'function' ? given : (callback ?? (() => undefined));
    this.#signed(key, data, typeof given === 'function' ? undefined : given.hash).then(
      (bytes) => done(undefined, bytes),
      (error: unknown) => done(asError(error)),
    );
  }

  async #signed(key: ParsedKey, data: Buffer, hash: string | undefined): Promise<Buffer> {
    const offered = this.#keys.get(key);
    if (!offered) throw new Error('that key was not offered');
    const { certificate } = offered;
    const signature = await offered.sign(data, certificate?.algorithm.startsWith('rsa') ? 'sha512' : hash);
    // ssh2 writes its message in the very tick in which it gets the signature, so no other message comes between.
    if (certificate) rewriteNextMessage(this.#client(), loginMessage(data, signature));
    return signature.bytes;
  }
}

/** A key as ssh2 parsed it, which presents the certificate in its place. */
function asCertificate(parsed: ParsedKey, { algorithm, blob }: Certificate): ParsedKey {
  return Object.create(parsed, { type: { value: algorithm }, getPublicSSH: { value: () => blob } });
}

/** SSH_MSG_USERAUTH_REQUEST with its signature (RFC 4252, 7): what was signed begins with the session's id, which is not sent. */
function loginMessage(signed: Buffer, { algorithm, bytes }: Signature): Buffer {
  const signature = Buffer.concat([wireString(algorithm), wireString(bytes)]);
  return Buffer.concat([signed.subarray(4 + wireReader(signed).string().length), wireString(signature)]);
}

/** How ssh2 1.17 writes a message. */
interface PacketWriter {
  alloc(payloadSize: number): Buffer;
  readonly allocStart: number;
  finalize(packet: Buffer, force?: boolean): unknown;
}

/** Sends `payload` in the place of the message that ssh2 is about to write. */
function rewriteNextMessage(client: Client | null | undefined, payload: Buffer): void {
  const protocol: unknown = Reflect.get(client ?? {}, '_protocol');
  const io: unknown = Reflect.get(Object(protocol), '_packetRW');
  const writer: unknown = Reflect.get(Object(io), 'write');
  if (!isWriter(writer))
    throw bug('ssh2 writes its messages in another way than version 1.17, so no certificate can be presented');
  const { finalize } = writer;
  writer.finalize = (_packet, force) => {
    writer.finalize = finalize;
    const packet = writer.alloc(payload.length);
    packet.set(payload, writer.allocStart);
    return finalize.call(writer, packet, force);
  };
}

function isWriter(value: unknown): value is PacketWriter {
  const has = (name: string, type: string) => typeof Reflect.get(Object(value), name) === type;
  return has('alloc', 'function') && has('finalize', 'function') && has('allocStart', 'number');
}
