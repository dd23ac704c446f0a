import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claim, patroniLog, readClaimResult, writeClaimResult } from '../../src/hosts/remote-commands.ts';

const evil = ['../../etc', '/etc/passwd', '; reboot', '$(id)', '`id`', '-rf', '--', '\n', '\0', "'", '..', '.', '\u202e', ' '];
const text = fc.oneof(
  fc.constantFrom(...evil),
  fc.string({ unit: 'binary', maxLength: 130 }),
  fc.array(fc.constantFrom(...evil, 'r4k2m9xq-switchover'), { maxLength: 4 }).map((all) => all.join('')),
);

/** The argv, or nothing when the command was refused. */
function argvOf(make: () => { readonly argv: readonly string[] }): readonly string[] | undefined {
  try {
    return make().argv;
  } catch {
    return undefined;
  }
}

describe('what hosts are told to do', () => {
  it('names a claim inside its folder or none at all, because a run id comes out of a store', () => {
    fc.assert(
      fc.property(text, (id) => {
        for (const make of [claim, readClaimResult, writeClaimResult]) {
          const path = argvOf(() => make(id))?.at(-1);
          if (path !== undefined) expect(path).toMatch(/^\/var\/lib\/trunkline\/claims\/[A-Za-z0-9][A-Za-z0-9._-]*(\/result)?$/u);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes numbers that are digits or none at all', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer()), fc.oneof(fc.double(), fc.integer()), (lines, since) => {
        const argv = argvOf(() => patroniLog({ lines, since }));
        if (argv) expect(argv.slice(-4).join(' ')).toMatch(/^-n \d+|^\S+ \d+ --since @\d+$/u);
      }),
      { numRuns: 200 },
    );
  });
});
