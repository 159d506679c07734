import { Button, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { path } from '../api/client';
import type { Series } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { Chart } from './Chart';
import { Shown } from './States';

const RANGES: Record<string, number> = { PT15M: 900_000, PT1H: 3_600_000, PT24H: 86_400_000, P7D: 604_800_000 };
const STEP_MS = 15_000;

/** How long back, and the span that was zoomed into; both in the address, so that a link shows the same. */
export function useRange() {
  const [query, setQuery] = useSearchParams();
  const asked = query.get('range') ?? 'PT15M';
  const from = Number(query.get('from'));
  const to = Number(query.get('to'));
  const change = (values: Record<string, string | null>) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(values)) {
      if (value === null) {
        next.delete(name);
      } else {
        next.set(name, value);
      }
    }
    setQuery(next, { replace: true, preventScrollReset: true });
  };
  return {
    range: asked in RANGES ? asked : 'PT15M',
    zoomed: from > 0 && to > from ? { from, to } : undefined,
    choose: (range: string) => change({ range, from: null, to: null }),
    zoom: (begin: number, end: number) => change({ from: String(begin), to: String(end) }),
    back: () => change({ from: null, to: null }),
    change,
  };
}

/** Chooses how long back; while zoomed in, leads back out. */
export function RangeChoice({ range, zoomed, choose, back }: ReturnType<typeof useRange>) {
  return (
    <>
      {zoomed && (
        <Button variant="link" onClick={back}>
          {m.device.zoomOut}
        </Button>
      )}
      <ToggleGroup isCompact aria-label={m.device.range}>
        {Object.keys(RANGES).map((key) => (
          <ToggleGroupItem
            key={key}
            text={m.device.ranges[key]}
            isSelected={!zoomed && key === range}
            onChange={() => choose(key)}
          />
        ))}
      </ToggleGroup>
    </>
  );
}

/** One metric over time; it moves on every 15 seconds unless zoomed in. */
export function Course({
  segments,
  metric,
  q,
  range: { range, zoomed, zoom },
}: {
  /** Below what the series lies. */
  segments: string[];
  metric: string;
  q?: string;
  range: ReturnType<typeof useRange>;
}) {
  const [now, setNow] = useState(() => roundedNow());
  useEffect(() => {
    const timer = setInterval(() => setNow(roundedNow()), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  const to = zoomed?.to ?? now;
  const from = zoomed?.from ?? now - (RANGES[range] ?? STEP_MS);
  const series = useGet<Series>(
    path(segments, {
      q: q ?? null,
      metric,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      points: 240,
    }),
  );
  return <Shown remote={series}>{(shown) => <Chart series={shown} from={from} to={to} zoom={zoom} />}</Shown>;
}

function roundedNow(): number {
  return Math.ceil(Date.now() / STEP_MS) * STEP_MS;
}
