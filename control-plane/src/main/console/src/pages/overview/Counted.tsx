import { Link } from 'react-router';
import { m } from '../../i18n';
import { count } from '../../parts/format';
import { Section } from '../../parts/Section';

const ROWS = 5;

/** RSQL wants quotes around anything but plain words. */
export function quoted(value: string): string {
  return /^[\w.-]+$/.test(value) ? value : "'" + value.replace(/\\/g, '\\\\').replace(/'/g, "\\'") + "'";
}

/** The largest groups of one kind, each with a bar and a link to its devices. */
export function Counted({
  title,
  counts,
  field,
  words,
  nothing,
}: {
  title: string;
  counts: Record<string, number>;
  field: string;
  words?: Record<string, string>;
  /** What those are called that have none. */
  nothing: string;
}) {
  const groups = Object.entries(counts)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a);
  const largest = groups[0]?.[1] ?? 1;
  return (
    <Section title={title}>
      {groups.length === 0 && <span className="muster-quiet">{m.common.none}</span>}
      <ul className="muster-bars">
        {groups.slice(0, ROWS).map(([name, n]) => (
          <li key={name}>
            <Link to={`/devices?q=${encodeURIComponent(`${field}==${name === '' ? "''" : quoted(name)}`)}`} className="muster-bars-name">
              {name === '' ? nothing : (words?.[name] ?? name)}
            </Link>
            <span className="muster-bars-bar" aria-hidden="true">
              <span style={{ inlineSize: `${(100 * n) / largest}%` }} />
            </span>
            <span className="muster-bars-count">{count(n)}</span>
          </li>
        ))}
      </ul>
      {groups.length > ROWS && <p className="muster-quiet">{m.overview.rest(groups.length - ROWS)}</p>}
    </Section>
  );
}
