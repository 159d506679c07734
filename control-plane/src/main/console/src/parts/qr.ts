import qrcode from 'qrcode-generator';

/** Rows of a QR code's dark (true) and light cells, without the quiet zone; undefined for what no code has room for. */
export function cells(text: string): boolean[][] | undefined {
  qrcode.stringToBytes = (plain) => [...new TextEncoder().encode(plain)];
  // The smallest one that survives a scratch: a phone reads fewer, larger cells from further away.
  const code = qrcode(0, 'M');
  code.addData(text, 'Byte');
  try {
    code.make();
  } catch {
    return undefined;
  }
  const all = Array.from({ length: code.getModuleCount() }, (_, i) => i);
  return all.map((row) => all.map((column) => code.isDark(row, column)));
}
