import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { asError } from '../core/errors.ts';
import { networkClause } from '../core/network-clause.ts';
import { oneLine } from '../core/one-line.ts';
import type { TlsTexts } from './http-send.ts';
import { mailOf } from './mail.ts';
import type { Delivery, Sent, Target } from './target.ts';

export interface EmailOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** `starttls` never goes on without TLS. */
  readonly security: 'starttls' | 'tls' | 'none';
  readonly tls?: TlsTexts | undefined;
  readonly login?: { readonly user: string; readonly password: string } | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

const WITHIN_MS = 10_000;
const LONGEST_WHY = 200;

/** Mail by SMTP, one connection a mail. */
export function createEmail(options: EmailOptions): Target {
  const { host, port, security, tls, login } = options;
  const settings = {
    ...{ host, port, secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
    ...{ connectionTimeout: WITHIN_MS, greetingTimeout: WITHIN_MS, socketTimeout: WITHIN_MS, dnsTimeout: WITHIN_MS },
    tls: { minVersion: 'TLSv1.2', ...tls },
    ...(login ? { auth: { user: login.user, pass: login.password } } : {}),
  } as const;
  return { name: options.name, send: (delivery) => sendMail(settings, options, delivery) };
}

type Settings = NonNullable<Parameters<typeof createTransport>[0]>;

async function sendMail(settings: Settings, { from, to }: EmailOptions, { page, signal }: Delivery): Promise<Sent> {
  const transport = createTransport(settings);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const sent = transport.sendMail({ ...mailOf(page, from), from, to: [...to] });
  sent.catch(() => undefined);
  late.catch(() => undefined);
  try {
    return verdictOf(Accepted.parse(await Promise.race([sent, late])));
  } catch (error) {
    if (signal.aborted) throw error;
    return failure(error);
  } finally {
    transport.close();
  }
}

const Accepted = z.object({ accepted: z.array(z.unknown()), rejected: z.array(z.string()).default([]) });

/** For a second time would be twice for those who have it. */
function verdictOf({ accepted, rejected }: z.output<typeof Accepted>): Sent {
  if (rejected.length === 0) return { ok: true };
  const why = `the mail server took it for ${accepted.length} of ${accepted.length + rejected.length} addresses, not for ${rejected.join(', ')}`;
  return { ok: false, why, again: false };
}

const SmtpError = z.object({
  code: z.string().default(''),
  /** Nodemailer's name for the code of the connection's own error. */
  originalCode: z.string().optional(),
  responseCode: z.number().optional(),
  response: z.string().default(''),
});

/** 4xx may pass, 5xx does not (RFC 5321, 4.2.1). */
function failure(thrown: unknown): Sent {
  const { code, originalCode, responseCode, response } = SmtpError.catch({ code: '', response: '' }).parse(thrown);
  if (code === 'ETLS') return { ok: false, why: 'the mail server offers no TLS (STARTTLS)', again: true };
  if (responseCode !== undefined) {
    const what = code === 'EAUTH' ? 'the mail server refuses the login' : 'the mail server refuses it';
    return { ok: false, why: `${what}: ${oneLine(response).slice(0, LONGEST_WHY)}`, again: responseCode < 500 };
  }
  if (code === 'EAUTH' || code === 'ENOAUTH') return { ok: false, why: 'the mail server refuses the login', again: false };
  const network = networkClause(originalCode === undefined ? thrown : Object.assign(asError(thrown), { code: originalCode }));
  return { ok: false, why: network ?? `no mail could be handed over${code === '' ? '' : ` (${code})`}`, again: true };
}
