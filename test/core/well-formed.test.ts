import { describe, expect, it } from 'vitest';
import { SubmitPayload } from '../../src/chat/payloads.ts';
import { wellFormed } from '../../src/core/well-formed.ts';

const HALF = String.fromCharCode(0xd83d);

describe('half of a surrogate pair', () => {
  it('is replaced, and whole pairs stay, so that the store can read back what it was given', () => {
    expect(wellFormed(`a${HALF}b \u{1F44D}`)).toBe('a\uFFFDb \u{1F44D}');
  });

  it('does not come in by a name or a form', () => {
    const values = { reason: { required: { value: HALF } } };
    const view = { id: 'V1', callback_id: 'deny', state: { values } };
    const parsed = SubmitPayload.parse({ team: null, user: { id: 'U1', name: HALF }, view });
    expect(parsed.user.name).toBe('\uFFFD');
    expect(parsed.view.state.values.reason?.required?.value).toBe('\uFFFD');
  });
});
