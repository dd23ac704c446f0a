import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Runbook } from '../../src/core/runbook.ts';
import { countPoints, sweepDeaths, sweepThaws } from '../support/crash-sweep.ts';
import { runbookEngine } from '../support/runbook-engine.ts';
import { prepareFor, typedFor } from './typed-for.ts';

const folder = new URL('../../runbooks/', import.meta.url);
const files = (await readdir(folder)).filter((name) => name.endsWith('.ts'));

describe.each(files)('the runbook %s, wherever its worker dies', async (file) => {
  const { default: book } = (await import(new URL(file, folder).href)) as { default: Runbook };
  const engine = () => runbookEngine(book, typedFor(book.name), (fake) => prepareFor(book.name, fake));
  const points = await countPoints(await engine());

  it('has many points to die at, so that the sweep below looks at something', () => {
    expect(points).toBeGreaterThan(10);
  });

  it('does nothing twice, is not lost, and ends with what is true', () => sweepDeaths(engine, points), 60_000);

  it('does nothing twice when a frozen worker thaws after its successor', () => sweepThaws(engine, points), 60_000);
});
