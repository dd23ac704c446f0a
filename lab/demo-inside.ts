import { createLab } from './lab.ts';
import { startRelay } from './slack/relay.ts';
import { startStage } from './stage.ts';
import { playTour } from './tour.ts';

/** The demo from inside the hosts' network: Redis, the workspace, the bot; then a person, or the tour. */
const WELCOME = `
The workspace is at  http://127.0.0.1:PORT  (Ctrl-C ends everything)

Choose who you are by 'Act as', at the top of the page; it begins with Vera, who may only look.

  as Olga (operator), in #db-ops:   /pg status billing
                                    /pg switchover billing --reason "try it"
  as Adam (approver):               press Approve below the plan, watch the steps
  in another terminal:              npm run lab -- crash pg1     (or whoever leads now)
  in #db-alerts:                    the failover is announced; then  npm run lab -- heal pg1
`;

const [debian = '12', port = '8080', socket = '', mode = ''] = process.argv.slice(2);
const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
});

const lab = await createLab({ debian: debian === '13' ? '13' : '12', timings: 'demo' });
const stage = await startStage({ generation: lab.generation, secrets: lab.secrets, port: Number(port) });
const relay = await startRelay({ listen: `unix:${socket}`, to: `tcp:127.0.0.1:${Number(port)}` });
let code = 0;
try {
  if (mode === '--tour')
    await Promise.race([
      playTour({ lab, workspace: stage.workspace, print: console.log }),
      stopped.then(() => Promise.reject(new Error('stopped'))),
    ]);
  else {
    console.log(WELCOME.replaceAll('PORT', port));
    await stopped;
  }
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  console.error(`\nthe bot's last log lines:\n${(await stage.bot.log()).split('\n').slice(-12).join('\n')}`);
  code = 1;
} finally {
  await relay.stop();
  await stage.stop();
}
process.exit(code);
