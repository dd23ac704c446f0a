/** Base64 of fewer bytes than this is found by chance in other base64. */
const FEWEST_FOR_BASE64 = 6;
/** A line of a secret of several lines, such as a key, is one by itself when it has so many characters. */
const LINE = 16;

/**
 * How a secret may look in a text: as it is, inside JSON and JSON inside of JSON, URL- and form-encoded, in hex, and in base64 (RFC 4648,
 * both alphabets) wherever in the encoded bytes it begins, as in `user:password` of an Authorization header.
 */
export function secretForms(secret: string): readonly string[] {
  const lines = secret.includes('\n') ? secret.split(/\r?\n/).filter(({ length }) => length >= LINE) : [];
  return [secret, ...lines].flatMap((text) => {
    const json = inJson(text);
    const bytes = Buffer.from(text);
    const hex = bytes.length >= FEWEST_FOR_BASE64 ? [bytes.toString('hex'), bytes.toString('hex').toUpperCase()] : [];
    return [text, json, inJson(json), ...inUrl(text), ...hex, bytes.toString('base64'), ...inBase64(bytes)];
  });
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function inUrl(text: string): readonly string[] {
  const wellFormed = text.replace(/\p{Cs}/gu, '\ufffd');
  const forms = [
    encodeURIComponent(wellFormed),
    encodeURI(wellFormed),
    new URLSearchParams({ s: wellFormed }).toString().slice(2),
  ];
  return forms.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

/** The characters that the secret alone decides, for each of the three places in a group of bytes where it can begin. */
function inBase64(bytes: Buffer): readonly string[] {
  if (bytes.length < FEWEST_FOR_BASE64) return [];
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const [first, end] = [Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)];
    const form = encoded.slice(first, end);
    return [form, form.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
