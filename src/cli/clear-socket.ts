import { lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { refusal } from '../core/errors.ts';

/**
 * Removes the socket that a killed bot left behind; one that somebody still answers on stays.
 * @throws Refusal when another program has it, or when it is no socket.
 */
export async function clearSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw refusal(`${path} is no socket`, 'Set cli.socket in the configuration to a path of its own.');
  if (await isAnswered(path))
    throw refusal(
      `the socket ${path} for the command line can not be opened: another program has it`,
      'Set cli.socket in the configuration to a path of its own, or end the other program.',
    );
  unlinkSync(path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    const end = (answered: boolean) => {
      probe.destroy();
      resolve(answered);
    };
    probe.once('connect', () => end(true)).once('error', () => end(false));
  });
}
