import { connect, type Socket } from 'node:net';
import { wireReader, wireString, wireUint32 } from './ssh-wire.ts';

/** A signature as SSH writes it: the algorithm, then the bytes in that algorithm's form (RFC 4253, 6.6). */
export interface Signature {
  readonly algorithm: string;
  readonly bytes: Buffer;
}

/** A running ssh-agent (draft-ietf-sshm-ssh-agent). ssh2's own client leaves out every identity that is a certificate. */
export interface AgentClient {
  /** Public keys and certificates that it holds, in their binary form. @throws Error when it does not answer. */
  identities(): Promise<readonly Buffer[]>;
  /** `hash` chooses the algorithm of an RSA key. @throws Error when it does not sign. */
  sign(identity: Buffer, data: Buffer, hash?: string): Promise<Signature>;
}

const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
/** SSH_AGENT_RSA_SHA2_256 and _512. */
const RSA_FLAGS: Readonly<Record<string, number>> = { sha256: 2, sha512: 4 };
const MOST_BYTES = 256 * 1024;

/** Talks to the agent behind a UNIX socket, one connection a question; aborting `signal` ends them. */
export function agentClient(socketPath: string, signal: AbortSignal): AgentClient {
  const ask = async (wanted: number, question: Buffer) => {
    const answer = await exchange(connect({ path: socketPath, signal }), question);
    if (answer[0] !== wanted) throw new Error(wanted === SIGN_RESPONSE ? 'the agent refused to sign' : 'the agent refused');
    return wireReader(answer.subarray(1));
  };
  return {
    async identities() {
      const answer = await ask(IDENTITIES_ANSWER, Buffer.from([REQUEST_IDENTITIES]));
      return Array.from({ length: Math.min(answer.uint32(), 1000) }, () => {
        const key = answer.string();
        answer.string();
        return key;
      });
    },
    async sign(identity, data, hash = '') {
      const flags = wireUint32(RSA_FLAGS[hash] ?? 0);
      const question = Buffer.concat([Buffer.from([SIGN_REQUEST]), wireString(identity), wireString(data), flags]);
      const signature = wireReader((await ask(SIGN_RESPONSE, question)).string());
      return { algorithm: signature.string().toString('latin1'), bytes: signature.string() };
    },
  };
}

/** Sends one message and reads one. */
function exchange(socket: Socket, question: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let got = Buffer.alloc(0);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the agent closed the connection')));
    socket.on('data', (part: Buffer) => {
      got = Buffer.concat([got, part]);
      const length = got.length >= 4 ? got.readUInt32BE() : 0;
      if (length > MOST_BYTES) socket.destroy(new Error('the agent answered too much'));
      else if (length > 0 && got.length >= 4 + length) {
        resolve(got.subarray(4, 4 + length));
        socket.destroy();
      }
    });
    socket.write(wireString(question));
  });
}
