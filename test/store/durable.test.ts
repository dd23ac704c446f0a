import { describe, expect, it } from 'vitest';
import { createDurable, type Line } from '../../src/store/durable.ts';

const CALL = { lua: 'return 1', digest: 'd1', keys: ['k'], args: ['a'] };

/** A server that notes each line of commands and gives its answers to them in order. */
function serverThat(answers: readonly (readonly [Error | null, ...unknown[]])[], waitsForDisk: boolean, confirm = 2) {
  const lines: unknown[][] = [];
  const pipeline = (): Line => {
    const line: unknown[] = [];
    const add =
      (name: string) =>
      (...words: unknown[]) =>
        line.push([name, ...words].join(' '));
    return {
      evalsha: add('EVALSHA'),
      eval: add('EVAL'),
      exists: add('EXISTS'),
      call: (command, ...words) => line.push([command, ...words].join(' ')),
      async exec() {
        lines.push(line);
        return answers;
      },
    };
  };
  const trusted = async () => ({ role: 'master', waitsForDisk });
  return { lines, durable: createDurable({ redis: { pipeline }, trusted, replicas: { confirm, withinMs: 300 } }) };
}

describe('what is asked of replicas after a write', () => {
  it('is that they have it on disk, on one connection with the write, where the server can wait for that (Redis 7.2)', async () => {
    const { lines, durable } = serverThat(
      [
        [null, 'written'],
        [null, [1, 2]],
      ],
      true,
    );
    expect(await durable.run(CALL)).toBe('written');
    expect(lines).toEqual([['EVALSHA d1 1 k a', 'WAITAOF 1 2 300']]);
    await durable.probe('p');
    expect(lines.at(-1)).toEqual(['EXISTS p', 'WAITAOF 1 2 300']);
  });

  it('is that they have it in memory where the server is older, which does not know the other command', async () => {
    const { lines, durable } = serverThat(
      [
        [null, 'written'],
        [null, 2],
      ],
      false,
    );
    expect(await durable.run(CALL)).toBe('written');
    expect(lines).toEqual([['EVALSHA d1 1 k a', 'WAIT 2 300']]);
  });

  it('is nothing where none have to confirm, as one server with `appendfsync always` has it on disk before it answers', async () => {
    const { lines, durable } = serverThat([[null, 'written']], true, 0);
    expect(await durable.run(CALL)).toBe('written');
    expect(lines).toEqual([['EVALSHA d1 1 k a']]);
  });

  it.each([
    ['too few disks', true, [1, 1]],
    ['no replica at all', true, [1, 0]],
    ['too few memories', false, 1],
  ])('ends its writer when the answer is %s: the local disk is none of them', async (_what, waitsForDisk, answer) => {
    const { durable } = serverThat(
      [
        [null, 'written'],
        [null, answer],
      ],
      waitsForDisk,
    );
    await expect(durable.run(CALL)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/^[01] of the 2 replicas that Redis needs confirmed the write within 0.3 s$/),
    });
  });

  it('ends its writer when the server refuses to wait, for example where it does not append', async () => {
    const refusal = new Error('ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.');
    const { durable } = serverThat(
      [
        [null, 'written'],
        [refusal, undefined],
      ],
      true,
    );
    await expect(durable.run(CALL)).rejects.toThrow(/WAITAOF cannot be used/);
  });
});
