import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from '../../src/chat/render.ts';
import { errorMessage } from '../../src/chat/words.ts';
import { refusal, unauthorised } from '../../src/core/errors.ts';
import type { Message } from '../../src/core/message.ts';
import { redactor } from '../../src/core/redact.ts';
import type { Journal, Run } from '../../src/core/run.ts';
import { runCard } from '../../src/runs/run-card.ts';
import { runsCard } from '../../src/runs/runs-card.ts';
import { runOf } from '../support/run-of.ts';
import { complaintsAbout, textsOf } from './block-validator.ts';

const redact = redactor(['hunter2-secret']);
const evil = [
  '<!channel>',
  '<!here|x>',
  '<@U0ADAM>',
  '<#C0DBOPS>',
  '<!subteam^S0DB>',
  '<https://evil.example|Approve>',
  '<mailto:a@b.c|x>',
];
const worse = [
  '@channel',
  '*b*',
  '`c`',
  '```',
  '> q',
  ':bomb:',
  '\u202eevil',
  '\n',
  '\u001b[2J',
  '\ud800',
  '&lt;!channel&gt;',
  'hunter2-secret',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...evil, ...worse), { minLength: 1, maxLength: 4 }).map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

/** What we make ourselves: a time, and a person by an id that is one. */
const MADE = /<!date\^\d+\^\{date_short_pretty\} \{time_secs\}\|[0-9:\- ]+ UTC>|<@[UW][A-Z0-9]{2,20}>/gu;

/** Everything that Slack or a reader could take for more than text, in the blocks, the buttons and the notification. */
function harmIn(message: Message): readonly string[] {
  const { text: notification, blocks } = render(message, redact);
  const all = [{ type: 'mrkdwn', text: notification }, ...textsOf(blocks)];
  return [
    ...complaintsAbout(blocks),
    ...all.flatMap(({ type, text: shown }) => {
      const left = shown.replace(MADE, '');
      const tag = type === 'mrkdwn' ? /[<>]/u : /<[!@#]/u;
      const control = /[\p{Bidi_Control}\p{Cs}]|[^\P{Cc}\n]|hunter2/u;
      // Between backticks no client reads a call, and there it must stay as it can be copied.
      const calls = /@(?:channel|here|everyone)/u.test(left.replace(/`[^`\n]*`/gu, '')) ? [`a call: ${left}`] : [];
      return [...calls, ...[tag, control].filter((pattern) => pattern.test(left)).map((pattern) => `${pattern}: ${left}`)];
    }),
  ];
}

const run = fc
  .record({
    ...{ reason: text, why: text, summary: text, title: text, says: text, note: text, person: text, name: text, cluster: text },
    state: fc.constantFrom<Run['state']>('pending', 'queued', 'running', 'halted', 'failed', 'stale', 'denied', 'succeeded'),
  })
  .map((one): { run: Run; journal: Journal } => {
    const { plan } = runOf();
    const steps = plan.steps.map((step) => ({ ...step, title: one.title }));
    const checks = [{ id: 'x', verdict: 'warn' as const, says: one.says }];
    const votes = [{ userId: one.person, userName: one.name, verdict: 'approve' as const, atMs: 1 }];
    const changes = { reason: one.reason, why: one.why, state: one.state, cluster: one.cluster, runbook: one.name, votes };
    const requester = { userId: one.person, userName: one.name, teamId: 'T0' };
    const report =
      one.state === 'failed' ? { report: { says: one.says, lines: [{ sign: 'bad' as const, text: one.note }] } } : {};
    return {
      run: runOf({ ...changes, ...report, requester, plan: { ...plan, steps, checks, summary: one.summary, notes: [one.note] } }),
      journal: { checkpoint: { mark: 'started', startedAtMs: 1, note: one.note, lines: [one.says] } },
    };
  });

describe('a message made of hostile texts', () => {
  it('of a run holds no mention, link or trick but those that we made, whatever its state', () => {
    fc.assert(
      fc.property(run, fc.boolean(), (one, began) => {
        const card = runCard({ ...one, journal: began ? one.journal : {}, nowMs: 2 });
        expect(harmIn(card)).toEqual([]);
        expect(harmIn({ summary: card.summary, parts: [{ line: '-' }, ...(card.thread ?? [])] })).toEqual([]);
        expect(harmIn(runsCard([one.run], { nowMs: 2 }))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('of an error holds none', () => {
    fc.assert(
      fc.property(text, text, (why, hint) => {
        for (const error of [refusal(why, hint), unauthorised(why, hint), new Error(why)])
          expect(harmIn(errorMessage(error, 'e1234567'))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
