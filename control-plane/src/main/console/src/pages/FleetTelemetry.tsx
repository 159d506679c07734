import { FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useSearchParams } from 'react-router';
import { path } from '../api/client';
import type { Page } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { Course, RangeChoice, useRange } from '../parts/Course';
import { metricName } from '../parts/format';
import { Section } from '../parts/Section';
import { Shown } from '../parts/States';

/** One metric of the devices that a query selects, taken together. Nothing is asked before a metric is chosen. */
export function FleetTelemetry({ asked }: { asked: string }) {
  const [query] = useSearchParams();
  const range = useRange();
  const metrics = useGet<Omit<Page<string>, 'next'>>(path(['telemetry', 'metrics'], { q: asked }));
  const metric = query.get('metric') ?? '';
  if (metrics.data?.items.length === 0) {
    return null;
  }
  return (
    <Section title={m.fleet.telemetry} hint={m.fleet.telemetryHint} actions={metric && <RangeChoice {...range} />}>
      <Shown remote={metrics} lines={1}>
        {({ items }) => (
          <FormSelect
            aria-label={m.fleet.metric}
            value={metric}
            onChange={(_, value) => range.change({ metric: value || null, from: null, to: null })}
          >
            <FormSelectOption value="" label={m.fleet.metricNone} />
            {[...new Set(metric ? [metric, ...items] : items)].sort().map((name) => (
              <FormSelectOption key={name} value={name} label={metricName(name)} />
            ))}
          </FormSelect>
        )}
      </Shown>
      {metric && <Course segments={['telemetry']} metric={metric} q={asked} range={range} />}
    </Section>
  );
}
