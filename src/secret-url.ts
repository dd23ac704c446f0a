import type { Secrets } from './config/secrets.ts';
import { refusal } from './core/errors.ts';

/**
 * An address that stands in the configuration or in a secret.
 * @param where in the configuration.
 * @throws Refusal, without the value, for what is no http(s) address.
 */
export function secretUrl(text: string, where: string, secrets: Secrets): URL {
  const isSecret = /^(env|file):/.test(text);
  const value = isSecret ? secrets.reveal(text).trim() : text;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url;
  throw refusal(
    `${where} is no http or https address${isSecret ? ` (the secret ${text})` : ''}`,
    'Give https://host/path, without a login in it.',
  );
}
