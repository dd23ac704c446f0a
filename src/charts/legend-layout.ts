/** One entry of the legend; `x` and `y` in pixels from the legend's own corner. */
export interface LegendEntry {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

export const LEGEND_FONT = 24;
const WIDTH = 1030;
const ROW = 36;
const ROWS = 4;
/** DejaVu Sans is this wide per character on average, a little over; the mark before the text and the space after it. */
const CHARACTER = 0.62 * LEGEND_FONT;
const AROUND = 58 + 34;

/**
 * Puts the entries into at most four rows by their estimated widths: without a browser there is nothing that measures text. What
 * does not fit is left out here; the alternative text of the picture has it all.
 */
export function legendLayout(texts: readonly string[]): readonly LegendEntry[] {
  let x = 0;
  let y = 0;
  const entries = texts.map((text) => {
    const width = text.length * CHARACTER + AROUND;
    if (x > 0 && x + width > WIDTH) {
      x = 0;
      y += ROW;
    }
    const entry = { text, x, y };
    x += width;
    return entry;
  });
  return entries.filter((entry) => entry.y < ROWS * ROW);
}

/** The height of all rows in pixels. */
export function legendHeight(entries: readonly LegendEntry[]): number {
  return (entries.at(-1)?.y ?? 0) + ROW;
}
