import { useId, useState, type PointerEvent } from 'react';
import type { Series } from '../api/types';
import { m } from '../i18n';
import { clock, day, metricName, unitOf } from './format';

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 52;
const BOTTOM = 24;
const TOP = 10;

/** Less than this, in milliseconds, is a click and no span. */
const SHORTEST = 2000;

/** Mean as a line, lowest to highest as a band around it; axes with units. A span drawn with the pointer is zoomed into. */
export function Chart({
  series,
  from,
  to,
  zoom,
}: {
  series: Series;
  from: number;
  to: number;
  zoom?: (from: number, to: number) => void;
}) {
  const title = useId();
  const [drawn, setDrawn] = useState<{ begin: number; end: number }>();
  const points = series.points.map((point) => ({ ...point, t: Date.parse(point.at) }));
  const name = metricName(series.metric);
  if (points.length === 0) {
    return <p className="muster-quiet">{m.device.noPoints}</p>;
  }

  const { unit, show } = unitOf(series.metric, Math.max(...points.map((point) => point.max)));
  const scale = readableScale(Math.min(...points.map((p) => p.min)), Math.max(...points.map((p) => p.max)), show);
  const x = (t: number) => LEFT + ((t - from) / Math.max(1, to - from)) * (WIDTH - LEFT - 8);
  const y = (v: number) => TOP + (1 - (v - scale.low) / (scale.high - scale.low)) * (HEIGHT - TOP - BOTTOM);
  const line = points.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.t).toFixed(1)},${y(p.mean).toFixed(1)}`).join('');
  const band =
    points.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.t).toFixed(1)},${y(p.max).toFixed(1)}`).join('') +
    [...points].reverse().map((p) => `L${x(p.t).toFixed(1)},${y(p.min).toFixed(1)}`).join('') +
    'Z';
  const when = to - from > 26 * 3_600_000 ? day : clock;
  const times = roundTimes(from, to);

  const at = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    // The picture keeps its shape within the box that it was given.
    const scale = Math.min(box.width / WIDTH, box.height / HEIGHT);
    const inside = (event.clientX - box.left - (box.width - WIDTH * scale) / 2) / scale;
    const share = Math.min(1, Math.max(0, (inside - LEFT) / (WIDTH - LEFT - 8)));
    return Math.round(from + share * (to - from));
  };
  const draw = zoom && {
    onPointerDown: (event: PointerEvent<SVGSVGElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrawn({ begin: at(event), end: at(event) });
    },
    onPointerMove: (event: PointerEvent<SVGSVGElement>) => drawn && setDrawn({ ...drawn, end: at(event) }),
    onPointerUp: () => {
      if (drawn && Math.abs(drawn.end - drawn.begin) >= SHORTEST) {
        zoom(Math.min(drawn.begin, drawn.end), Math.max(drawn.begin, drawn.end));
      }
      setDrawn(undefined);
    },
    onPointerCancel: () => setDrawn(undefined),
  };

  return (
    <figure className="muster-chart">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-labelledby={title}
        className={zoom ? 'muster-chart-zoom' : ''}
        {...draw}
      >
        <title id={title}>{m.device.chartLabel(name, unit, when(from), when(to))}</title>
        {scale.ticks.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={WIDTH - 8} y1={y(tick)} y2={y(tick)} className="muster-chart-grid" />
            <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
              {show(tick)}
            </text>
          </g>
        ))}
        {times.map((time) => (
          <text key={time} x={x(time)} y={HEIGHT - 6} textAnchor="middle">
            {when(time)}
          </text>
        ))}
        {points.length > 1 && <path d={band} className="muster-chart-band" />}
        {points.length > 1 ? (
          <path d={line} className="muster-chart-line" />
        ) : (
          points.map((p) => <circle key={p.t} cx={x(p.t)} cy={y(p.mean)} r={3} className="muster-chart-point" />)
        )}
        {drawn && (
          <rect
            x={x(Math.min(drawn.begin, drawn.end))}
            y={TOP}
            width={Math.abs(x(drawn.end) - x(drawn.begin))}
            height={HEIGHT - TOP - BOTTOM}
            className="muster-chart-drawn"
          />
        )}
      </svg>
      <figcaption>
        {name}
        {unit && `, ${unit}`} <span className="muster-quiet">({m.device.mean}; {m.device.between})</span>
      </figcaption>
    </figure>
  );
}

const MINUTE = 60_000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880].map((minutes) => minutes * MINUTE);

/** Four to seven round times, by the reader's clock, none so near an edge that its text would be cut. */
function roundTimes(from: number, to: number): number[] {
  const step = STEPS.find((candidate) => (to - from) / candidate <= 6) ?? 2880 * MINUTE;
  const offset = new Date(from).getTimezoneOffset() * MINUTE;
  const times = [];
  for (let time = Math.ceil((from - offset) / step) * step + offset; time <= to; time += step) {
    if (time - from > (to - from) * 0.03 && to - time > (to - from) * 0.03) {
      times.push(time);
    }
  }
  return times;
}

/** Three to five round numbers that enclose the values. */
/** As wide as it takes for every line to carry a text of its own: 5.1, 5.1, 5.1 says nothing. */
function readableScale(min: number, max: number, show: (value: number) => string) {
  let scale = niceScale(min, max);
  let pad = max - min || Math.abs(max) / 1000 || 0.001;
  for (let tries = 0; tries < 40 && new Set(scale.ticks.map(show)).size < scale.ticks.length; tries++) {
    scale = niceScale(min >= 0 ? Math.max(0, min - pad) : min - pad, max + pad);
    pad *= 2;
  }
  return scale;
}

function niceScale(min: number, max: number): { low: number; high: number; ticks: number[] } {
  const span = max - min || Math.abs(max) || 1;
  const raw = span / 3;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((f) => f * power >= raw) ?? 10) * power;
  const low = Math.floor(min / step) * step;
  const high = Math.max(low + step, Math.ceil(max / step) * step);
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step);
  return { low, high, ticks };
}
