import type { PolicyAnswer } from '../../src/runs/needs.ts';

/** A policy that asks for nothing, so that whatever was given is enough. */
export const anyPolicy = (): PolicyAnswer => ({ allowed: true, approvals: 0, expiresInMs: 60_000, startWithinMs: 60_000 });
