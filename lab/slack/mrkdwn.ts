/** A part of mrkdwn: what stands between `<` and `>`, or the text outside, still escaped. */
export type MrkdwnPiece = { readonly tag: string; readonly label: string } | { readonly text: string };

/** Takes mrkdwn apart (docs.slack.dev, Formatting message text). */
export function mrkdwnPieces(mrkdwn: string): readonly MrkdwnPiece[] {
  return mrkdwn.split(/(<[^<>\n]*>)/u).flatMap((part): MrkdwnPiece[] => {
    if (part === '') return [];
    if (!part.startsWith('<') || !part.endsWith('>')) return [{ text: part }];
    const [tag = '', ...label] = part.slice(1, -1).split('|');
    return [{ tag, label: label.join('|') }];
  });
}

/** The three characters that Slack wants escaped, as a person reads them (Formatting message text, Escaping text). */
export function unescaped(text: string): string {
  return text.replace(/&(lt|gt|amp);/gu, (_, name: string) => CHARACTERS[name] ?? '');
}

const CHARACTERS: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&' };
