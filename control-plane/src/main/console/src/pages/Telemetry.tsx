import { Gallery } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { path } from '../api/client';
import { follow } from '../api/events';
import type { Page, Sample } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { Course, RangeChoice, useRange } from '../parts/Course';
import { metricName, unitOf } from '../parts/format';
import { Section } from '../parts/Section';
import { Shown } from '../parts/States';
import { Time } from '../parts/Time';

/** The newest value of each metric, live, and one of them over time. Which one and how long is in the address. */
export function Telemetry({ device }: { device: string }) {
  const [query] = useSearchParams();
  const range = useRange();
  const latest = useGet<Omit<Page<Sample>, 'next'>>(path(['devices', device, 'telemetry', 'latest']));
  const live = useSamples(device);

  const samples = merged(latest.data?.items ?? [], live);
  const numbers = samples.filter((sample) => typeof sample.value === 'number');
  const metric = query.get('metric') ?? numbers[0]?.metric;

  return (
    <Section
      title={m.device.telemetry}
      actions={
        samples.length > 0 && <RangeChoice {...range} />
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
                    select={() => range.change({ metric: sample.metric })}
                  />
                ))}
              </Gallery>
              {metric && <Course segments={['devices', device, 'telemetry']} metric={metric} range={range} />}
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
