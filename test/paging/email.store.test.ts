import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createEmail, type EmailOptions } from '../../src/paging/email.ts';
import { createAuthority } from '../support/certificates.ts';
import { type SmtpOptions, type SmtpServer, smtpServer } from '../support/smtp-server.ts';
import { page } from './page.ts';

const authority = createAuthority();
afterAll(() => authority.remove());
const issued = authority.issue('mail');
const tls = { cert: readFileSync(issued.cert), key: readFileSync(issued.key) };
const ca = readFileSync(authority.ca);
const LOGIN = { user: 'trunkline', password: 'hunter2-smtp' };

let server: SmtpServer | undefined;
afterEach(() => server?.close());

async function sent(options: SmtpOptions, about: Partial<EmailOptions> = {}, what = page(), withinMs = 5000) {
  server = await smtpServer(options);
  const email = createEmail({
    ...{ name: 'mail', host: '127.0.0.1', port: server.port, security: 'none' },
    ...{ from: 'trunkline@example.com', to: ['dba@example.com', 'lead@example.com'], ...about },
  });
  return email.send({ page: what, id: 'd1', signal: AbortSignal.timeout(withinMs) });
}

describe('mail by SMTP', () => {
  it('goes through STARTTLS with the configured authority, and only then says the password', async () => {
    expect(await sent({ tls }, { security: 'starttls', tls: { ca }, login: LOGIN })).toEqual({ ok: true });
    expect(server?.mails).toMatchObject([
      { from: 'trunkline@example.com', to: ['dba@example.com', 'lead@example.com'], encrypted: true },
    ]);
    expect(server?.mails[0]?.login).toBe('\0trunkline\0hunter2-smtp');
    expect(server?.mails[0]?.data).toMatch(/^Subject: \[critical\] billing: pg1 lost the leader key/m);
    expect(server?.mails[0]?.data).toMatch(/^References: <[0-9a-f]{32}@example\.com>$/m);
    expect(server?.mails[0]?.data).toMatch(/^Auto-Submitted: auto-generated$/m);
  });

  it('goes through TLS from the first byte on where that is configured', async () => {
    expect(await sent({ tls, implicitTls: true }, { security: 'tls', tls: { ca }, login: LOGIN })).toEqual({ ok: true });
    expect(server?.mails).toMatchObject([{ encrypted: true }]);
  });

  it('is not handed over in clear where the server offers no TLS, nor to a server whose certificate is not trusted', async () => {
    expect(await sent({}, { security: 'starttls', login: LOGIN })).toMatchObject({
      ok: false,
      why: expect.stringContaining('TLS'),
    });
    expect(server?.lines.join('\n')).not.toMatch(/AUTH|MAIL/);
    await server?.close();
    const untrusted = await sent({ tls }, { security: 'starttls', login: LOGIN });
    expect(untrusted).toMatchObject({ ok: false, why: expect.stringContaining('certificate') });
    expect(server?.lines.join('\n')).not.toMatch(/AUTH|MAIL/);
  });

  it.each([
    [
      'a refused login',
      { instead: (line: string) => (line.startsWith('AUTH') ? '535 5.7.8 no' : undefined) },
      { again: false, why: expect.stringContaining('refuses the login: 535') },
    ],
    [
      'a full queue',
      { instead: (line: string) => (line.startsWith('MAIL') ? '452 later' : undefined) },
      { again: true, why: expect.stringContaining('452') },
    ],
    [
      'an unknown address',
      { instead: (line: string) => (line.includes('lead@') ? '550 who?' : undefined) },
      { again: false, why: expect.stringContaining('1 of 2 addresses') },
    ],
    [
      'a refused mail',
      { instead: (line: string) => (line === 'DATA END' ? '554 spam' : undefined) },
      { again: false, why: expect.stringContaining('554 spam') },
    ],
  ])('tells %s, and whether another try can help', async (_, options, expected) => {
    const result = await sent({ ...options, tls }, { security: 'starttls', tls: { ca }, login: LOGIN });
    expect(result).toMatchObject({ ok: false, ...expected });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('is given up at the deadline when the server stops to answer in the middle', async () => {
    const silent = sent({ instead: (line) => (line.startsWith('MAIL') ? '' : undefined) }, {}, page(), 300);
    await expect(silent).rejects.toThrow();
  });

  it('is given up where nothing listens', async () => {
    server = await smtpServer();
    const { port } = server;
    await server.close();
    const email = createEmail({
      name: 'mail',
      host: '127.0.0.1',
      port,
      security: 'none',
      from: 'a@b.example',
      to: ['c@d.example'],
    });
    const result = await email.send({ page: page(), id: 'd', signal: AbortSignal.timeout(5000) });
    expect(result).toMatchObject({ ok: false, again: true, why: 'connection refused' });
  });

  it('keeps one thread and no header of a host, as a reader gets it', async () => {
    const hostile = page({ phase: 'resolved', summary: 'x\r\nBcc: evil@example.com', details: ['a\n.\nMAIL FROM:<b@c>'] });
    expect(await sent({}, {}, hostile)).toEqual({ ok: true });
    const [mail] = server?.mails ?? [];
    expect(mail?.data).not.toMatch(/^(Bcc:|MAIL FROM)/m);
    expect(mail?.to).toEqual(['dba@example.com', 'lead@example.com']);
  });
});
