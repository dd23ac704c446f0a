import type { Json, JsonObject } from '../core/json.ts';
import { redactor } from '../core/redact.ts';

/** Keys whose values may hold a password, or run something, and are nobody's to read in chat. */
const HIDDEN = /command|conninfo|password|passwd|passphrase|secret|token|credential|krb|ldap|_key$|^users$/i;
/** Lists of which only the length is told. */
const COUNTED = /^pg_(hba|ident)$/;

const redact = redactor([]);

/** The dynamic configuration without what may hold a secret: said to be there, never shown. */
export function hideSecrets(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, hidden(key, value)]));
}

function hidden(key: string, value: Json): Json {
  if (value === null) return null;
  if (COUNTED.test(key) && Array.isArray(value)) return `[${value.length} lines]`;
  if (HIDDEN.test(key)) return '[set, not shown]';
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item: Json) => hidden('', item));
  return typeof value === 'object' ? hideSecrets(value as JsonObject) : value;
}
