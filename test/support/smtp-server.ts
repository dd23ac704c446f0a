import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

export interface SmtpMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body as they came. */
  readonly data: string;
  readonly login?: string;
  readonly encrypted: boolean;
}
export interface SmtpServer {
  readonly port: number;
  readonly mails: readonly SmtpMail[];
  /** Every line that came, but for the data. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}
export interface SmtpOptions {
  /** Offers STARTTLS with this. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** TLS from the first byte on. */
  readonly implicitTls?: boolean;
  /** The answer to a line in the place of the usual one; `undefined` for the usual one, `''` for none at all. */
  readonly instead?: (line: string) => string | undefined;
}

/** A small SMTP server (RFC 5321) on a free loopback port, with STARTTLS and AUTH PLAIN. */
export async function smtpServer(options: SmtpOptions = {}): Promise<SmtpServer> {
  const mails: SmtpMail[] = [];
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const first = options.implicitTls ? encrypted(socket, options) : socket;
    first.write('220 test ESMTP\r\n');
    session({ ...options, mails, lines }, first, options.implicitTls ?? false);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    mails,
    lines,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

type Kept = SmtpOptions & { readonly mails: SmtpMail[]; readonly lines: string[] };

function session(kept: Kept, socket: Socket, isEncrypted: boolean): void {
  const blank = () => ({ from: '', to: [] as string[], data: '' });
  let mail = blank();
  let login = '';
  let inData = false;
  let rest = '';
  const say = (usual: string, line: string) => {
    const text = kept.instead?.(line) ?? usual;
    if (text !== '') socket.write(`${text}\r\n`);
    return text;
  };
  const offers = ['250-test', ...(kept.tls && !isEncrypted ? ['250-STARTTLS'] : []), '250-AUTH PLAIN', '250 8BITMIME'];
  const verbs: Readonly<Record<string, (line: string) => void>> = {
    EHLO: (line) => say(offers.join('\r\n'), line),
    STARTTLS(line) {
      if (!kept.tls) return void say('502 not here', line);
      socket.write('220 go on\r\n');
      socket.removeListener('data', onData);
      session(kept, encrypted(socket, kept), true);
    },
    AUTH(line) {
      login = Buffer.from(line.split(' ')[2] ?? '', 'base64').toString('utf8');
      say('235 welcome', line);
    },
    MAIL(line) {
      mail.from = /<(.*?)>/.exec(line)?.[1] ?? '';
      say('250 ok', line);
    },
    RCPT(line) {
      if (say('250 ok', line).startsWith('250')) mail.to.push(/<(.*?)>/.exec(line)?.[1] ?? '');
    },
    DATA(line) {
      inData = say('354 go on', line).startsWith('354');
    },
    QUIT: (line) => say('221 bye', line),
  };
  const take = (line: string) => {
    if (line !== '.') {
      mail.data += `${line.replace(/^\.\./, '.')}\n`;
      return;
    }
    inData = false;
    const taken = { ...mail, ...(login ? { login } : {}), encrypted: isEncrypted };
    mail = blank();
    if (say('250 taken', 'DATA END').startsWith('250')) kept.mails.push(taken);
  };
  const command = (line: string) => {
    kept.lines.push(line);
    const answer = verbs[line.toUpperCase().split(' ')[0] ?? ''];
    if (answer) answer(line);
    else say('250 ok', line);
  };
  const onData = (chunk: Buffer) => {
    rest += chunk.toString('utf8');
    for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      if (inData) take(line);
      else command(line);
    }
  };
  socket.on('data', onData);
  socket.on('error', () => undefined);
}

function encrypted(socket: Socket, { tls }: SmtpOptions): Socket {
  return new TLSSocket(socket, { isServer: true, ...(tls ? { secureContext: createSecureContext(tls) } : {}) });
}
