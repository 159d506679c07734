import { describe, expect, it } from 'vitest';
import { cells } from './qr';

const line = './muster-agent enrol --server https://localhost:7401 --token default.a1b2c3.0123456789 && ./muster-agent run';

describe('cells', () => {
  it('is a square with a finder pattern in three of its corners', () => {
    const code = cells(line) ?? [];
    const size = code.length;
    expect(code.every((row) => row.length === size)).toBe(true);
    const ring = (row: number, column: number) => code[row]?.slice(column, column + 7);
    for (const [row, column] of [[0, 0], [0, size - 7], [size - 7, 0]] as const) {
      expect(ring(row, column)).toEqual(Array(7).fill(true));
      expect(ring(row + 1, column)).toEqual([true, false, false, false, false, false, true]);
    }
    expect(ring(size - 7, size - 7)).not.toEqual(Array(7).fill(true));
  });

  it('grows with the text and gives up on what is too long', () => {
    expect(cells(line + line)?.length).toBeGreaterThan(cells(line)?.length ?? 0);
    expect(cells('x'.repeat(3000))).toBeUndefined();
  });
});
