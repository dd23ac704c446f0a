import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { LagSample } from '../core/lag-sample.ts';
import type { Attachment } from '../core/message.ts';
import { formatBytes } from '../core/units.ts';
import { CHART_HEIGHT, CHART_WIDTH, lagOption, spanWords } from './lag-option.ts';
import { type LagSeries, lagSeries } from './lag-series.ts';

/**
 * A PNG (1200 x 630) of the replay lag of every standby; `undefined` without samples. The drawing libraries are loaded at the
 * first call, so that the start does not wait for them.
 */
export async function lagChart(cluster: string, samples: readonly LagSample[]): Promise<Attachment | undefined> {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return undefined;
  return {
    name: `${cluster}-lag.png`,
    title: `${cluster}: replay lag, ${spanWords(first.atMs, last.atMs)}`,
    content: await png(await svg(cluster, samples)),
    alt: `Replay lag of ${cluster}, ${spanWords(first.atMs, last.atMs)}. ${lagSeries(samples)
      .map((one) => altWords(one, samples.length))
      .join(' ')}`,
  };
}

async function svg(cluster: string, samples: readonly LagSample[]): Promise<string> {
  const echarts = await import('echarts');
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: CHART_WIDTH, height: CHART_HEIGHT });
  try {
    chart.setOption(lagOption(cluster, samples));
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

async function png(drawing: string): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  const fonts = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  // Without fontFiles all text is lost in silence: the machine's own fonts are not looked at.
  const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) => join(fonts, file));
  return new Resvg(drawing, { font: { loadSystemFonts: false, fontFiles, defaultFontFamily: 'DejaVu Sans' } }).render().asPng();
}

function altWords({ name, bytes, notStreaming, last }: LagSeries, samples: number): string {
  const most = Math.max(0, ...bytes.map(([, value]) => value ?? 0));
  const now = last ? `${formatBytes(last.bytes)} at the end` : 'not streaming at the end';
  const gaps = notStreaming > 0 ? `, not streaming in ${notStreaming} of ${samples} samples` : '';
  return `${name}: at most ${formatBytes(most)}, ${now}${gaps}.`;
}
