import { loadConfig } from '../../src/config/load.ts';

/** What is told of a configuration file; empty when nothing is wrong with it. */
export function problemsOf(text: string): string {
  try {
    loadConfig(text, 'f.yml');
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
