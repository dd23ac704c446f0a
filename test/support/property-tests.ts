import fc from 'fast-check';

/** A property that fails is told after 20 s of shrinking at the latest: a large message shrinks for an hour. */
fc.configureGlobal({ interruptAfterTimeLimit: 20_000 });
