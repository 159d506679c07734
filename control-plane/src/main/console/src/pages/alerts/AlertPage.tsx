import {
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Grid,
  GridItem,
  PageSection,
  ProgressStep,
  ProgressStepper,
  TextInput,
} from '@patternfly/react-core';
import { useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { Alert, AlertDetail, AlertStep } from '../../api/alerts';
import { path, post } from '../../api/client';
import { useLive } from '../../api/live';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Field, FormModal } from '../../parts/FormModal';
import { PageHead } from '../../parts/PageHead';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { metricName, unitOf } from '../../parts/format';
import { useMay, useWho } from '../../parts/useRoles';
import { AlertState, SeverityLabel } from './parts';

const words = m.alerts;

/** One alert: what it is, and what happened to it. */
export function AlertPage() {
  const { id = '' } = useParams();
  const detail = useGet<AlertDetail>(path(['alerts', id]));
  const may = useMay('operator');
  const [taking, setTaking] = useState(false);
  useLive((kind, changed) => kind === 'alert' && changed === id, detail.reload);
  const alert = detail.data?.alert;
  return (
    <>
      <PageHead
        title={alert?.summary ?? words.facts}
        parent={{ to: '/alerts', text: words.title }}
        marks={alert && <AlertState alert={alert} />}
        actions={may && alert?.state === 'firing' && <Button onClick={() => setTaking(true)}>{words.acknowledge}</Button>}
      />
      <PageSection isFilled>
        <Shown remote={detail} lines={8}>
          {({ alert: shown, steps }) => (
            <Grid hasGutter>
              <GridItem lg={6}>
                <Facts alert={shown} />
              </GridItem>
              <GridItem lg={6}>
                <Timeline steps={steps} kind={shown.kind} />
              </GridItem>
            </Grid>
          )}
        </Shown>
      </PageSection>
      {taking && <Take id={id} done={detail.reload} close={() => setTaking(false)} />}
    </>
  );
}

function Facts({ alert }: { alert: Alert }) {
  return (
    <Section title={words.facts}>
      <DescriptionList isHorizontal isCompact>
        <Fact name={words.severity}>
          <SeverityLabel severity={alert.severity} />
        </Fact>
        <Fact name={words.rule}>
          <Link to={`/alerts/rules/${alert.rule}`}>{alert.rule}</Link>
        </Fact>
        <Fact name={words.device}>
          <Link to={`/devices/${encodeURIComponent(alert.device)}`}>{alert.device}</Link>
        </Fact>
        <Fact name={words.site}>{alert.site || words.noSite}</Fact>
        {alert.gateway && (
          <Fact name={words.link}>
            <Link to={`/devices/${encodeURIComponent(alert.gateway)}`}>{alert.gateway}</Link>
          </Fact>
        )}
        {alert.value !== null && (
          <Fact name={words.value}>
            {valueOf(alert.kind, alert.detail, alert.value)}
          </Fact>
        )}
        <Fact name={words.since}>
          <Time at={alert.since} />
        </Fact>
        {alert.inhibitedBy && (
          <Fact name={words.explainedBy}>
            <Link to={`/alerts/${alert.inhibitedBy}`}>{words.see}</Link>
          </Fact>
        )}
        {Object.keys(alert.labels).length > 0 && (
          <Fact name={words.labels}>
            {Object.entries(alert.labels)
              .map(([name, value]) => `${name}=${value}`)
              .join(', ')}
          </Fact>
        )}
      </DescriptionList>
    </Section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{name}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}

const VARIANTS = { firing: 'danger', resolved: 'success', acknowledged: 'info', pending: 'pending' } as const;

function Timeline({ steps, kind }: { steps: AlertStep[]; kind: string }) {
  const who = useWho();
  return (
    <Section title={words.timeline}>
      <ProgressStepper isVertical aria-label={words.timeline}>
        {steps.map((step, place) => (
          <ProgressStep
            key={place}
            id={`step-${place}`}
            titleId={`step-${place}-title`}
            variant={VARIANTS[step.what as keyof typeof VARIANTS] ?? 'default'}
            description={[step.actor && who(step.actor, step.actorName), noteOf(kind, step)].filter(Boolean).join(': ')}
          >
            {words.steps[step.what] ?? step.what}, <Time at={step.at} />
          </ProgressStep>
        ))}
      </ProgressStepper>
    </Section>
  );
}

function Take({ id, done, close }: { id: string; done: () => void; close: () => void }) {
  const [note, setNote] = useState('');
  return (
    <FormModal
      title={words.acknowledgeTitle}
      text={words.acknowledgeText}
      action={words.acknowledge}
      submit={() => post(path(['alerts', id, 'acknowledge']), { note }).then(done)}
      close={close}
    >
      <Field id="alert-note" label={words.note}>
        <TextInput id="alert-note" value={note} onChange={(_, text) => setNote(text)} />
      </Field>
    </FormModal>
  );
}

/** What the alert itself says is the metric it watches, or why it ended; what people and silences say stays as it is. */
function noteOf(kind: string, { what, note }: AlertStep): string {
  if (note === '' || !['pending', 'firing', 'resolved'].includes(what)) {
    return note;
  }
  return words.ends[note] ?? (isMetric(kind) ? metricName(note) : note);
}

function isMetric(kind: string): boolean {
  return kind === 'threshold' || kind === 'rate';
}

/** Of a metric as its charts show it; what else an alert counts is told as it came. */
function valueOf(kind: string, detail: string, value: number): string {
  if (!isMetric(kind)) {
    return `${value} ${detail}`;
  }
  const { unit, show } = unitOf(detail, value);
  return `${metricName(detail)}: ${show(value)} ${kind === 'rate' ? '' : unit}`;
}
