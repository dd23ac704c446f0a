import type { CommandInfo, Help } from '../core/command.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import { refusal } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import { NEEDED } from '../core/person.ts';
import { spokenName } from '../core/spoken-name.ts';

/** The commands that the asker may use, two lines each, because a phone breaks longer ones. */
export function helpMessage(help: Help): Message {
  const sorted = help.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const summary = `${sorted.length} commands that you may use`;
  return {
    summary,
    parts: [
      { title: summary },
      ...sorted.flatMap(({ usage, summary: what }) => [{ line: { code: `/pg ${usage}` } }, { line: what, indent: 1 as const }]),
      { note: ['One command with examples: ', { code: '/pg help status' }] },
    ],
  };
}

/**
 * One command: what it does, how it is written, examples.
 * @throws Refusal with the nearest name, when the asker may use none of that name.
 */
export function helpOn(words: readonly string[], help: Help): Message {
  const name = words.join('-').toLowerCase();
  const found = help.find((one) => one.name === name);
  if (!found) throw unknownCommand(words.join(' '), name, help);
  const { usage, summary, examples, who } = found;
  return {
    summary: `/pg ${usage}: ${summary}`,
    parts: [
      { title: `/pg ${spoken(found)}` },
      { line: summary },
      { line: ['Write it as: ', { code: `/pg ${usage}` }] },
      ...examples.map((example) => ({
        line: ['Example: ', { code: `/pg ${[spoken(found), example].filter(Boolean).join(' ')}` }],
      })),
      { note: `Needs the permission to ${NEEDED[who]}.` },
    ],
  };
}

function spoken({ name }: CommandInfo): string {
  return spokenName(name);
}

function unknownCommand(said: string, name: string, help: Help): Error {
  const near = didYouMean(
    name,
    help.map((one) => one.name),
  );
  const shown = said.length > 40 ? `${said.slice(0, 40)}…` : said;
  const hint = near
    ? `Did you mean: /pg help ${spokenName(near)}?`
    : `Those that you may use: ${help.map(spoken).toSorted().join(', ')}.`;
  return refusal(`there is no command '${shown}' that you may use`, hint);
}
