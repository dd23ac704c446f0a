import { z } from 'zod';

export const Host = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:-]*$/, 'a host is a name or an address');
export const Port = z.number().int().min(1).max(65_535);
export const Id = (prefix: string, what: string) =>
  z.string().regex(new RegExp(`^[${prefix}][A-Z0-9]{5,}$`), `${what} is an id such as ${prefix[0]}0123ABCD, never a name`);

export const Tls = z.strictObject({ ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() });

const pem = () =>
  z.string().regex(/^(?!-----)(?!env:(?![A-Z_][A-Z0-9_]*$))[^\r\n]+$/, 'PEM is named by its path, or as file:/path or env:NAME');
/** As `Tls`, and each of the three may also be a secret reference to the text of the PEM file: `file:/path` or `env:NAME`. */
export const TlsMaterial = z.strictObject({ ca: pem().optional(), cert: pem().optional(), key: pem().optional() });

/** A certificate for TLS as a client, and its key; named as in `TlsMaterial`. */
export const ClientCertificate = z.strictObject({ cert: pem(), key: pem() });
