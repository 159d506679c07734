import { Button } from '@patternfly/react-core';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { path } from '../../api/client';
import { useLive } from '../../api/live';
import type { SiteMap, Spot } from '../../api/overview';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { count } from '../../parts/format';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { quoted } from './Counted';
import { around, HEIGHT, lines, parseBox, projection, WIDTH, writeBox, type Box } from './projection';

const words = m.overview.map;

/** Where the sites are. The server makes one spot of those that lie close together; choosing it looks closer. */
export function MapCard() {
  const [query, setQuery] = useSearchParams();
  const box = parseBox(query.get('map'));
  const map = useGet<SiteMap>(path(['overview', 'map'], { box: box && writeBox(box) }));
  useLive((kind) => kind === 'alert', map.reload);
  const look = (closer: Box | undefined) => {
    const to = new URLSearchParams(query);
    if (closer) {
      to.set('map', writeBox(closer));
    } else {
      to.delete('map');
    }
    setQuery(to);
  };
  return (
    <Section
      title={words.title}
      hint={words.hint}
      {...(box
        ? {
            actions: (
              <Button variant="link" isInline onClick={() => look(undefined)}>
                {words.whole}
              </Button>
            ),
          }
        : {})}
    >
      <Shown remote={map} lines={6}>
        {({ spots, unplaced }) => (
          <>
            {spots.length === 0 && !box ? <p className="muster-quiet">{words.none}</p> : <Drawing spots={spots} box={box ?? around(spots)} look={look} />}
            {unplaced > 0 && (
              <p className="muster-quiet">
                {words.unplaced(unplaced)}. <Link to="/sites">{words.place}</Link>
              </p>
            )}
          </>
        )}
      </Shown>
    </Section>
  );
}

function Drawing({ spots, box, look }: { spots: Spot[]; box: Box; look: (closer: Box) => void }) {
  const go = useNavigate();
  const { x, y, shown } = projection(box);
  const largest = Math.max(1, ...spots.map((spot) => spot.devices));
  const radius = (spot: Spot) => 11 + 17 * Math.sqrt(spot.devices / largest);
  const open = (spot: Spot) => {
    const [name] = spot.names;
    if (spot.sites > 1) {
      look(around([spot]));
    } else if (name) {
      void go(`/devices?q=${encodeURIComponent('site==' + quoted(name))}`);
    }
  };
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="muster-map" role="group" aria-label={words.label}>
      <g aria-hidden="true">
        {lines(Math.max(-180, shown.west), Math.min(180, shown.east), 8).map((degree) => (
          <g key={'e' + degree}>
            <line x1={x(degree)} x2={x(degree)} y1={0} y2={HEIGHT} className="muster-map-line" />
            <text x={x(degree) + 3} y={HEIGHT - 5}>
              {angle(degree, words.east, words.west)}
            </text>
          </g>
        ))}
        {lines(Math.max(-90, shown.south), Math.min(90, shown.north), 5).map((degree) => (
          <g key={'n' + degree}>
            <line x1={0} x2={WIDTH} y1={y(degree)} y2={y(degree)} className="muster-map-line" />
            {/* Above the picture nobody reads it. */}
            {y(degree) > 20 && (
              <text x={4} y={y(degree) - 4}>
                {angle(degree, words.north, words.south)}
              </text>
            )}
          </g>
        ))}
      </g>
      {spots.map((spot) => {
        const r = radius(spot);
        const [first = ''] = spot.names;
        return (
          <g
            key={`${spot.latitude} ${spot.longitude}`}
            role="button"
            tabIndex={0}
            aria-label={words.spot(spot.names.join(', '), spot.sites, spot.devices, spot.online, spot.alerts)}
            className={spot.alerts > 0 ? 'muster-spot muster-spot-bad' : 'muster-spot'}
            transform={`translate(${x(spot.longitude)} ${y(spot.latitude)})`}
            onClick={() => open(spot)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' || event.key === ' ') {
                event.preventDefault();
                open(spot);
              }
            }}
          >
            <title>{words.spot(spot.names.join(', '), spot.sites, spot.devices, spot.online, spot.alerts)}</title>
            <circle r={r} />
            <text className="muster-spot-count" dy="0.35em">
              {count(spot.devices)}
            </text>
            {spot.alerts > 0 && (
              <text className="muster-spot-alert" x={r * 0.8} y={-r * 0.6}>
                !
              </text>
            )}
            <text className="muster-spot-name" y={r + 17}>
              {spot.sites > 1 ? words.more(first, spot.sites - 1) : first}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

const angle = (degree: number, plus: string, minus: string) => `${Math.abs(degree)}°${degree === 0 ? '' : ' ' + (degree > 0 ? plus : minus)}`;
