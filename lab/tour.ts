import type { HostName } from './inventory.ts';
import type { Lab } from './lab.ts';
import type { Message } from './slack/message.ts';
import type { Workspace } from './slack/workspace.ts';
import { waitFor } from './wait-for.ts';

export interface TourOptions {
  readonly lab: Lab;
  readonly workspace: Workspace;
  readonly print: (line: string) => void;
}

/**
 * Plays the whole story without a person and prints it as a transcript. Each claim is looked up on the hosts.
 * @throws Error naming the first thing that did not really happen.
 */
export async function playTour({ lab, workspace, print }: TourOptions): Promise<void> {
  const tell = scribe(workspace, print);
  const [olga, adam, vera] = [workspace.as('olga'), workspace.as('adam'), workspace.as('vera')];
  const first = await lab.leader();

  tell.typed('Olga', 'db-ops', '/pg status billing');
  await olga.command('/pg', 'status billing', { channel: 'db-ops' });
  await tell.shown(inPlace('db-ops', `${first} leads`));

  tell.typed('Olga', 'db-ops', '/pg switchover billing --reason "kernel update on the leader"');
  await olga.command('/pg', 'switchover billing --reason "kernel update on the leader"', { channel: 'db-ops' });
  const plan = await tell.shown((m) => m.place === 'db-ops' && m.buttons.some(({ text }) => text === 'Approve'));

  tell.did('Olga presses Approve on her own request');
  await olga.click(plan, 'Approve');
  await tell.shown((m) => m.onlyFor === 'olga' && /vote does not count/i.test(m.shown));

  tell.did('Adam presses Approve');
  await adam.click(plan, 'Approve');
  await tell.edited(plan, /\b(Done|Succeeded)\b/, 180_000);
  const second = await proven(lab, (leader) => leader !== first, `a primary other than ${first} by SQL`);
  tell.did(`looked up on the hosts: ${second} is the primary by SQL, ${first} is not`);

  tell.did(`the power of ${second} is cut`);
  await lab.crash(second);
  const third = await proven(lab, (leader) => leader !== second, `a new primary by SQL after ${second} died`, 120_000);
  await tell.shown(
    (m) => m.place === 'db-alerts' && m.threadTs === undefined && m.shown.includes(third) && m.shown.includes(second),
    60_000,
  );
  tell.did(`looked up on the hosts: ${third} is the primary by SQL`);

  tell.typed('Vera', 'db-ops', '/pg status billing');
  await vera.command('/pg', 'status billing', { channel: 'db-ops' });
  await tell.shown((m) => inPlace('db-ops', `${third} leads`)(m) && m.shown.includes(second));
  print('\nEverything in this transcript really happened.');
}

function inPlace(place: string, words: string): (message: Message) => boolean {
  return (message) => message.place === place && message.threadTs === undefined && message.shown.includes(words);
}

async function proven(lab: Lab, fits: (leader: HostName) => boolean, what: string, timeoutMs = 30_000): Promise<HostName> {
  let found: HostName | undefined;
  await waitFor(
    what,
    async () => {
      const leader = await lab.leader();
      found = fits(leader) ? leader : undefined;
      return found ? [] : [`it is ${leader}`];
    },
    { timeoutMs, everyMs: 300 },
  );
  if (!found) throw new Error(what);
  return found;
}

/** Prints what people type and what the bot answers, each message once, when it says what is waited for. */
function scribe(workspace: Workspace, print: (line: string) => void) {
  const told = new Set<string>();
  const write = (message: Message) => {
    told.add(message.ts);
    const to = message.onlyFor ? `${message.place}, seen by ${message.onlyFor} alone` : message.place;
    print(`\n#${to}  Trunkline`);
    for (const line of message.shown.split('\n')) print(`    ${line}`);
    for (const file of message.files) print(`    (file: ${String(file.title ?? file.name)})`);
    return message;
  };
  return {
    typed: (who: string, channel: string, text: string) => print(`\n#${channel}  ${who}: ${text}`),
    did: (what: string) => print(`\n* ${what}`),
    shown: async (fits: (message: Message) => boolean, withinMs = 15_000) =>
      write(await workspace.waitForMessage((message) => message.fromBot && !told.has(message.ts) && fits(message), { withinMs })),
    edited: async (before: Message, words: RegExp, withinMs: number) =>
      write(await workspace.waitForMessage((message) => message.ts === before.ts && words.test(message.shown), { withinMs })),
  };
}
