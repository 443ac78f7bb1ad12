/** A QR code of `text` as SVG, black on white whatever the page's colours are: cameras need the contrast. */
export async function qrCode(text: string): Promise<string> {
  const { toString: draw } = (await import('qrcode')).default;
  const svg = await draw(text, { type: 'svg', margin: 3, errorCorrectionLevel: 'M' });
  return svg.replace('<svg ', '<svg role="img" aria-label="QR code of this page" ');
}
