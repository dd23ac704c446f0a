import { type Message, plain } from '../../src/core/message.ts';

/** What a person reads, a line each: `[leader] pg2: leader, running`. */
export function messageLines({ parts }: Pick<Message, 'parts'>): readonly string[] {
  return parts.flatMap((part) => {
    if ('title' in part) return [`[${part.sign ?? ''}] ${plain(part.title)}`];
    if ('line' in part) return [`${part.indent ? '  ' : ''}[${part.sign ?? ''}] ${plain(part.line)}`];
    return 'note' in part ? [`(${plain(part.note)})`] : [];
  });
}
