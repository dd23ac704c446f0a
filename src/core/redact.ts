/** Removes secrets from a text. */
export type Redact = (text: string) => string;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{8,}/g, '[slack token]'],
  [/hooks\.slack\.com\/services\/\S+/g, 'hooks.slack.com/services/[secret]'],
  [/(postgres(?:ql)?:\/\/[^:@/\s]+):[^@\s]+@/g, '$1:[secret]@'],
  [/(redis(?:s)?:\/\/[^:@/\s]*):[^@\s]+@/g, '$1:[secret]@'],
  [/\b(password|passwd|PGPASSWORD|secret|token)(\s*[=:]\s*)('[^']*'|"[^"]*"|[^\s,;'"]+)/gi, '$1$2[secret]'],
  [/SCRAM-SHA-256\$[^\s'"]+/g, '[scram verifier]'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[private key]'],
];

/**
 * The one choke point: hides the secrets that the configuration loaded, as they are, base64 and URL-encoded, and what looks like
 * one by its form. Values under 4 characters are too common to hide.
 */
export function redactor(secrets: readonly string[]): Redact {
  const known = [...new Set(secrets.filter((s) => s.length >= 4).flatMap(forms))].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, '[secret]');
    for (const [pattern, instead] of PATTERNS) clean = clean.replace(pattern, instead);
    return clean;
  };
}

function forms(secret: string): readonly string[] {
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
}
