import type { JournalStore } from '../store/journal.ts';

/**
 * A step is marked as begun only when the file can be written, and is begun only when the file holds the mark: so an act whose entry is
 * in no file was not done. Other marks follow by themselves.
 */
export function filedJournal(journal: JournalStore, mustBeWritable: () => Promise<void>): JournalStore {
  return {
    read: (run) => journal.read(run),
    async write(mark) {
      const begins = mark.entry.mark === 'started' && mark.audit !== undefined;
      if (begins) await mustBeWritable();
      const written = await journal.write(mark);
      if (begins && written === 'written') await mustBeWritable();
      return written;
    },
  };
}
