/** A text as a QR code, PNG, some 500 pixels wide; the libraries are loaded at the first call. */
export async function qrPicture(text: string): Promise<Uint8Array> {
  const [{ renderSVG }, { Resvg }] = await Promise.all([import('uqr'), import('@resvg/resvg-js')]);
  // Level M stands a scratched or photographed screen; a border of 4 is what readers expect (ISO/IEC 18004).
  const drawing = renderSVG(text, { ecc: 'M', border: 4, pixelSize: 10 });
  return new Resvg(drawing, { font: { loadSystemFonts: false }, fitTo: { mode: 'width', value: 500 } }).render().asPng();
}
