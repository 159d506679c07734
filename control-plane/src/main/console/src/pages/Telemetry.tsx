import { Gallery, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { path } from '../api/client';
import { follow } from '../api/events';
import type { Page, Sample, Series } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { Chart } from '../parts/Chart';
import { metricName, unitOf } from '../parts/format';
import { Section } from '../parts/Section';
import { Shown } from '../parts/States';
import { Time } from '../parts/Time';

const RANGES: Record<string, number> = { PT15M: 900_000, PT1H: 3_600_000, PT24H: 86_400_000, P7D: 604_800_000 };

/** The newest value of each metric, live, and one of them over time. Which one and how long is in the address. */
export function Telemetry({ device }: { device: string }) {
  const [query, setQuery] = useSearchParams();
  const latest = useGet<Omit<Page<Sample>, 'next'>>(path(['devices', device, 'telemetry', 'latest']));
  const live = useSamples(device);

  const samples = merged(latest.data?.items ?? [], live);
  const numbers = samples.filter((sample) => typeof sample.value === 'number');
  const metric = query.get('metric') ?? numbers[0]?.metric;
  const asked = query.get('range') ?? 'PT15M';
  const range = asked in RANGES ? asked : 'PT15M';
  const choose = (name: string, value: string) => {
    const to = new URLSearchParams(query);
    to.set(name, value);
    setQuery(to, { replace: true, preventScrollReset: true });
  };

  return (
    <Section
      title={m.device.telemetry}
      actions={
        samples.length > 0 && (
          <ToggleGroup isCompact aria-label={m.device.range}>
            {Object.keys(RANGES).map((key) => (
              <ToggleGroupItem
                key={key}
                text={m.device.ranges[key]}
                isSelected={key === range}
                onChange={() => choose('range', key)}
              />
            ))}
          </ToggleGroup>
        )
      }
    >
      <Shown remote={latest} lines={3}>
        {() =>
          samples.length === 0 ? (
            <p className="muster-quiet">{m.device.noTelemetry}</p>
          ) : (
            <>
              <Gallery hasGutter minWidths={{ default: '10rem' }}>
                {samples.map((sample) => (
                  <Tile
                    key={sample.metric}
                    sample={sample}
                    selected={sample.metric === metric}
                    select={() => choose('metric', sample.metric)}
                  />
                ))}
              </Gallery>
              {metric && <Course device={device} metric={metric} range={range} />}
            </>
          )
        }
      </Shown>
    </Section>
  );
}

function Tile({ sample, selected, select }: { sample: Sample; selected: boolean; select: () => void }) {
  const isNumber = typeof sample.value === 'number';
  const { unit, show } = unitOf(sample.metric, isNumber ? (sample.value as number) : 0);
  const content = (
    <>
      <span className="muster-tile-name">{metricName(sample.metric)}</span>
      <span className="muster-tile-value">
        {isNumber ? show(sample.value as number) : typeof sample.value === 'boolean' ? (sample.value ? m.common.yes : m.common.no) : String(sample.value ?? m.common.none)}
        {isNumber && unit && <span className="muster-tile-unit"> {unit}</span>}
      </span>
      <span className="muster-quiet">
        <Time at={sample.at} />
      </span>
    </>
  );
  return isNumber ? (
    <button type="button" className="muster-tile" aria-pressed={selected} onClick={select}>
      {content}
    </button>
  ) : (
    <div className="muster-tile">{content}</div>
  );
}

const STEP_MS = 15_000;

/** The chart; it moves on every 15 seconds. */
function Course({ device, metric, range }: { device: string; metric: string; range: string }) {
  const [to, setTo] = useState(() => roundedNow());
  useEffect(() => {
    const timer = setInterval(() => setTo(roundedNow()), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  const from = to - (RANGES[range] ?? STEP_MS);
  const series = useGet<Series>(
    path(['devices', device, 'telemetry'], {
      metric,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      points: 120,
    }),
  );
  return <Shown remote={series}>{(shown) => <Chart series={shown} from={from} to={to} />}</Shown>;
}

function roundedNow(): number {
  return Math.ceil(Date.now() / STEP_MS) * STEP_MS;
}

/** Samples as they arrive, the newest of each metric, shown at most once a second. */
function useSamples(device: string): Record<string, Sample> {
  const [samples, setSamples] = useState<Record<string, Sample>>({});
  useEffect(() => {
    setSamples({});
    const abort = new AbortController();
    let waiting: Record<string, Sample> = {};
    const timer = setInterval(() => {
      if (Object.keys(waiting).length > 0) {
        const arrived = waiting;
        waiting = {};
        setSamples((old) => ({ ...old, ...arrived }));
      }
    }, 1000);
    void follow(
      path(['devices', device, 'telemetry', 'stream']),
      abort.signal,
      (event) => {
        if (event.name === 'sample') {
          const sample = JSON.parse(event.data) as Sample;
          waiting[sample.metric] = sample;
        }
      },
      () => undefined,
    );
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, [device]);
  return samples;
}

function merged(latest: Sample[], live: Record<string, Sample>): Sample[] {
  const all = new Map(latest.map((sample) => [sample.metric, sample]));
  for (const sample of Object.values(live)) {
    const old = all.get(sample.metric);
    if (!old || Date.parse(old.at) <= Date.parse(sample.at)) {
      all.set(sample.metric, sample);
    }
  }
  return [...all.values()].sort((a, b) => a.metric.localeCompare(b.metric));
}
