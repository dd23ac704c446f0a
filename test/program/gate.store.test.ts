import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../lab/slack/workspace.ts';
import { until } from '../support/until.ts';
import { leaksIn } from './support/config.ts';
import { type GateScene, startGate } from './support/gate.ts';
import { alarming, endProgram } from './support/program.ts';

let scene: GateScene;
beforeAll(async () => {
  scene = await startGate();
}, 60_000);
afterAll(() => scene.stop());

const idOf = ({ buttons }: Message) => buttons[0]?.value ?? '';

let key = '';
/** A code that was not used: each call is about another step than the call before. */
let lastStep = 0;
function nextCode(): string {
  const step = Math.max(Math.floor(Date.now() / 30_000), lastStep + 1);
  lastStep = step;
  return codeAt(step);
}
const codeAt = (step: number) =>
  new TOTP({ secret: Secret.fromBase32(key), algorithm: 'SHA1', digits: 6, period: 30 }).generate({ timestamp: step * 30_000 });

describe('a request that its asker confirms', () => {
  it('shows a Confirm button that only they can press, once', async () => {
    const message = await scene.posted('olga', 'switchover orders');
    expect(message.shown).toContain('Waiting for its asker to confirm');
    expect(message.shown).toContain('Only @olga can confirm it');
    expect(message.buttons.map(({ text }) => text)).toEqual(['Confirm', 'Withdraw']);
    expect(await scene.clicked('adam', message, 'confirm')).toContain('this request is confirmed by olga, who asked for it');
    expect(await scene.typed('anna', `approve ${idOf(message)}`)).toContain('this request is confirmed by olga');
    expect(await scene.clicked('olga', message, 'confirm')).toContain('Confirmed, it starts now');
    await scene.becomes(message, 'Approved, about to start');
    expect(await scene.now(message)).toContain('confirmed by @olga');
    expect(
      (await scene.store.audit.read(1, 999)).filter(({ what, run }) => what === 'run.confirm' && run === idOf(message)),
    ).toMatchObject([
      { who: 'U0ADAM', result: 'refused' },
      { who: 'U0OLGA', result: 'approved' },
    ]);
    await scene.typed('olga', `withdraw ${idOf(message)}`).catch(() => '');
  });
});

describe('one-time codes beside a click', () => {
  let request: Message;

  it('are asked for at Approve, and who has none is told how to get them', async () => {
    request = await scene.posted('olga', 'switchover billing');
    expect(request.shown).toContain('A one-time code is asked for at the click. None yet? /pg totp enroll');
    await scene.form('anna', request, 'approve');
    expect(await scene.submitted('anna', '123456')).toMatch(
      /you have no one-time codes yet\..*Get them first: \/pg totp enroll sends you a key/is,
    );
    // Who may not approve gets no form.
    expect(await scene.clicked('vera', request, 'approve')).toContain(
      'you may not approve switchover on billing (role there: viewer)',
    );
    expect(await scene.workspace.as('vera').view()).toBeUndefined();
  });

  it('are got by a key in a direct message, which is emptied after the first right code', async () => {
    expect(await scene.typed('anna', 'totp enroll')).toContain('The key is in a direct message to you');
    const find = async () =>
      (await scene.workspace.messages('@anna')).find(({ shown }) => shown.includes('Your one-time codes for Trunkline'));
    await until(async () => (await find()) !== undefined, 10_000);
    const letter = (await find()) as Message;
    key = (/Key: ([A-Z2-7 ]+)/.exec(letter.shown)?.[1] ?? '').replaceAll(' ', '');
    expect(key).toHaveLength(32);
    expect(letter.shown).toContain(`secret=${key}`);
    const pictures = async () => (await scene.workspace.thread(letter.ts, '@anna')).flatMap(({ files }) => files);
    expect(await pictures()).toHaveLength(1);
    await scene.form('anna', letter, 'totp-confirm');
    expect(await scene.submitted('anna', nextCode())).toContain('Your one-time codes count from now on');
    await scene.becomes(letter, 'The key that stood here was removed');
    expect(await scene.now(letter)).not.toContain(key);
    expect(JSON.stringify(await scene.workspace.messages('@anna'))).not.toContain(key);
  });

  it('are refused in a channel, where others could see them', async () => {
    const code = nextCode();
    expect(await scene.typed('anna', `approve ${idOf(request)} --code ${code}`)).toContain(
      'a code is not taken here, because others could see it',
    );
    expect(await scene.typed('anna', `approve ${idOf(request)} ${code}`)).toContain("'…' is one word too many");
    expect(await scene.typed('anna', `totp confirm ${code}`)).toContain('Press the button of the message instead');
    expect(JSON.stringify(await scene.workspace.messages())).not.toContain(code);
    expect(scene.program.output()).not.toContain(code);
    lastStep -= 1;
  });

  it('make a vote count once: not a wrong one, not one that was used', async () => {
    const code = nextCode();
    await scene.form('anna', request, 'approve');
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    expect(await scene.submitted('anna', wrong)).toMatch(/this one-time code is wrong/i);
    expect(await scene.now(request)).toContain('0 of 1 approvals');
    // The same form takes the right one; it is closed only where the verdict came too late for Slack.
    if (!(await scene.workspace.as('anna').view())) await scene.form('anna', request, 'approve');
    expect(await scene.submitted('anna', code)).toContain('Approved, it starts now');
    const another = await scene.posted('olga', 'switchover billing');
    await scene.form('anna', another, 'approve');
    expect(await scene.submitted('anna', code)).toMatch(/this one-time code was used already/i);
    expect(await scene.now(another)).toContain('0 of 1 approvals');
    await scene.becomes(request, 'Approved, about to start');
    expect(await scene.now(request)).toContain('approved by @anna with a one-time code');
    const votes = (await scene.store.audit.read(1, 999)).filter(
      ({ what, run }) => what === 'run.approve' && run === idOf(request),
    );
    expect(votes.filter(({ result }) => result !== 'refused')).toMatchObject([{ who: 'U0ANNA', result: 'approved' }]);
    expect(votes.filter(({ result }) => result === 'refused').length).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify([await scene.store.audit.read(1, 999), await scene.workspace.messages()])).not.toMatch(
      new RegExp(`${code}|${wrong}|${key}`),
    );
  });

  it('are voided by an admin, who names a person by member ID', async () => {
    // A command that they may not use does not exist for them.
    expect(await scene.typed('olga', 'totp reset U0ANNA')).toContain("there is no command 'totp'");
    expect(await scene.typed('adam', 'totp reset @anna')).toContain('/pg totp reset U0ANNA');
    expect(await scene.typed('adam', 'totp reset U0ANNA')).toContain('they enrol again with /pg totp enroll');
  });
});

describe('/pg can', () => {
  it('names the maintenance lock that stands in the way', async () => {
    await scene.posted('olga', 'lock orders --reason "disk swap" --for 1h');
    expect(await scene.typed('adam', 'can orders switchover')).toMatch(/In the way now: orders .*disk swap/);
    await scene.posted('olga', 'unlock orders');
    expect(await scene.typed('adam', 'can orders switchover')).toContain('Nothing else stands in the way now');
  });
});

describe('after all this', () => {
  it('the bot ends well, with no secret, key or code in its log', async () => {
    const { code } = await endProgram(scene.program);
    expect(code).toBe(0);
    expect(leaksIn(scene.program.output(), scene.secrets)).toEqual([]);
    expect(scene.program.output()).not.toContain(key);
    expect(alarming(scene.program.output())).toEqual([]);
    expect(scene.program.output()).not.toContain('"level":"error"');
  });
});
