import type { CommandInfo, Help } from '../core/command.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import { refusal } from '../core/errors.ts';
import type { Message, Part } from '../core/message.ts';
import { NEEDED } from '../core/person.ts';
import { spokenName } from '../core/spoken-name.ts';

const SECTIONS: readonly (readonly [CommandInfo['does'], string])[] = [
  ['looks', 'To look'],
  ['changes', 'To change a cluster: planned, checked, approved'],
  ['records', 'To decide and to keep'],
];

/** The commands that the asker may use, a line each, by what they are for; how one is written is on its own page. */
export function helpMessage(help: Help): Message {
  const sorted = help.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const summary = `${sorted.length} commands that you may use`;
  const section = (does: CommandInfo['does'], title: string): readonly Part[] => {
    const own = sorted.filter((one) => one.does === does);
    if (own.length === 0) return [];
    return [
      { line: { bold: title } },
      ...own.map((one): Part => ({ line: [{ code: `/pg ${spoken(one)}` }, ` ${one.summary}`] })),
    ];
  };
  return {
    summary,
    parts: [
      { title: summary },
      ...SECTIONS.flatMap(([does, title]) => section(does, title)),
      { note: ['How one is written, with examples: ', { code: '/pg help status' }] },
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
