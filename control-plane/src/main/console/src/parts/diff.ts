/** One line of a difference. */
export interface DiffLine {
  kind: 'same' | 'plus' | 'minus' | 'skip';
  text: string;
}

const CONTEXT = 3;
/** Above this the table of the comparison would grow too large; the texts are then shown one after the other. */
const MOST_LINES = 2000;

/** The lines of two texts as a difference with a little around each change (longest common subsequence). */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before === '' ? [] : before.replace(/\n$/, '').split('\n');
  const b = after === '' ? [] : after.replace(/\n$/, '').split('\n');
  return around(a.length > MOST_LINES || b.length > MOST_LINES ? replaced(a, b) : compare(a, b));
}

function replaced(a: string[], b: string[]): DiffLine[] {
  return [...a.map((text) => ({ kind: 'minus' as const, text })), ...b.map((text) => ({ kind: 'plus' as const, text }))];
}

function compare(a: string[], b: string[]): DiffLine[] {
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const value = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? value(i + 1, j + 1) + 1 : Math.max(value(i + 1, j), value(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i] ?? '' });
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && value(i + 1, j) >= value(i, j + 1))) {
      lines.push({ kind: 'minus', text: a[i] ?? '' });
      i++;
    } else {
      lines.push({ kind: 'plus', text: b[j] ?? '' });
      j++;
    }
  }
  return lines;
}

function around(lines: DiffLine[]): DiffLine[] {
  const near = lines.map(() => false);
  lines.forEach((line, at) => {
    if (line.kind !== 'same') {
      for (let i = Math.max(0, at - CONTEXT); i <= Math.min(lines.length - 1, at + CONTEXT); i++) {
        near[i] = true;
      }
    }
  });
  const shown: DiffLine[] = [];
  lines.forEach((line, at) => {
    if (near[at]) {
      shown.push(line);
    } else if (shown.at(-1)?.kind !== 'skip') {
      shown.push({ kind: 'skip', text: '…' });
    }
  });
  return shown;
}
