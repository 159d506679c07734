import { useMemo } from 'react';
import { cells } from './qr';

/** Cells of light that the standard asks for around a code. */
const QUIET = 4;
/** As wide as it gets, in pixels: cells are whole pixels, or readers see them uneven. */
const WIDEST = 320;

/** A text as a QR code, dark on light in both themes, since many readers take nothing else; nothing where it is too long. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const code = useMemo(() => cells(text), [text]);
  if (!code) {
    return null;
  }
  const size = code.length + 2 * QUIET;
  const dark = code.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : []))).join('');
  return (
    <svg className="muster-qr" width={size * Math.max(2, Math.floor(WIDEST / size))} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect className="muster-qr-light" width={size} height={size} />
      <path className="muster-qr-dark" d={dark} />
    </svg>
  );
}
