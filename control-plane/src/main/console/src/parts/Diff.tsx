import { diffLines } from './diff';

const SIGNS = { same: '  ', plus: '+ ', minus: '- ', skip: '' };

/** Two texts as a difference of lines. */
export function Diff({ before, after, label }: { before: string; after: string; label: string }) {
  return (
    <div className="muster-diff" role="group" aria-label={label}>
      {diffLines(before, after).map((line, i) => (
        <div key={i} className={'muster-diff-' + line.kind}>
          {SIGNS[line.kind]}
          {line.text}
        </div>
      ))}
    </div>
  );
}
