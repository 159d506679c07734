import {
  Alert,
  Button,
  Checkbox,
  Flex,
  Form,
  FormGroup,
  FormSelect,
  FormSelectOption,
  Grid,
  GridItem,
  PageSection,
  TextInput,
} from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { ApiError, path, post } from '../../api/client';
import { body, type Draft, type NewWave, type Release } from '../../api/rollouts';
import type { Rollout } from '../../api/types';
import { usePages } from '../../api/usePages';
import { m } from '../../i18n';
import { Command } from '../policy/Command';
import { Confirm } from '../../parts/Confirm';
import { Field, Hint } from '../../parts/FormModal';
import { wordFor } from '../../parts/many';
import { More } from '../../parts/More';
import { PageHead } from '../../parts/PageHead';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Nothing, Shown } from '../../parts/States';
import { PreviewSection } from './Preview';

const words = m.rollout;
const CANARY: NewWave = { name: 'canary', unit: 'count', size: 1, success: 100, soakMinutes: 0, approval: false };
const REST: NewWave = { name: 'rest', unit: 'percent', size: 100, success: 100, soakMinutes: 0, approval: false };
const EMPTY: Draft = {
  name: '',
  release: '',
  selector: '',
  waves: [CANARY, REST],
  maxFailure: 0,
  deadlineMinutes: 60,
  perMinute: '',
  jitterMinutes: 0,
  install: 'forced',
  window: 'any',
  windowFrom: '22:00',
  windowTo: '04:00',
  metric: '',
  newcomers: false,
};

/** A rollout is put together here, and seen before it starts. */
export function CreatePage() {
  const [query] = useSearchParams();
  const releases = usePages<Release>('releases');
  return (
    <>
      <PageHead title={words.create} parent={{ to: '/rollouts', text: m.rollouts.title }} text={words.createText} />
      <PageSection isFilled>
        <Shown remote={releases} lines={6}>
          {(items) =>
            items.length === 0 ? (
              <Nothing title={m.rollouts.emptyTitle}>
                <p>{words.noReleases}</p>
                <Command>muster artifact upload app FILE && muster release create NAME VERSION --artifact SHA256</Command>
              </Nothing>
            ) : (
              <Create more={releases.more} releases={items.filter((one) => !one.withdrawnAt)} chosen={query.get('release') ?? ''} selector={query.get('q') ?? ''} />
            )
          }
        </Shown>
      </PageSection>
    </>
  );
}

function Create({ releases, more, chosen, selector }: { releases: Release[]; more: (() => void) | undefined; chosen: string; selector: string }) {
  const go = useNavigate();
  const [draft, setDraft] = useState(() => {
    const one = releases.find((release) => release.id === chosen);
    return one ? { ...EMPTY, selector, release: one.id, name: `${one.name} ${one.version}` } : { ...EMPTY, selector };
  });
  const [reached, setReached] = useState(0);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });

  const choose = (release: string) => {
    const chosen = releases.find((one) => one.id === release);
    change({ release, ...(draft.name || !chosen ? {} : { name: `${chosen.name} ${chosen.version}` }) });
  };
  const create = async (start: boolean) => {
    setBusy(true);
    setFailure(undefined);
    try {
      const made = await post<Rollout>(path(['rollouts']), { ...body(draft), start });
      go(`/rollouts/${encodeURIComponent(made.id)}`);
    } catch (error) {
      setFailure(error instanceof ApiError ? error.message : String(error));
      setBusy(false);
    }
  };

  const question = m.rollouts.confirm['start'];
  return (
    <Grid hasGutter>
      {asking && question && (
        <Confirm
          title={question.title}
          text={question.text(reached)}
          action={words.start}
          devices={reached}
          run={() => create(true)}
          close={() => setAsking(false)}
        />
      )}
      <GridItem lg={8}>
        <Section title={words.create}>
          {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} className="muster-gap" />}
          <Form onSubmit={(event) => event.preventDefault()}>
            <Field label={words.release} id="release" required>
              <FormSelect id="release" value={draft.release} onChange={(_, value) => choose(value)}>
                <FormSelectOption value="" label={words.chooseRelease} isDisabled />
                {releases.map((one) => (
                  <FormSelectOption key={one.id} value={one.id} label={`${one.name} ${one.version}`} />
                ))}
              </FormSelect>
              <More more={more} />
            </Field>
            <Field label={words.name} id="name">
              <TextInput id="name" value={draft.name} onChange={(_, name) => change({ name })} />
            </Field>
            <Field label={words.devices} id="selector" hint={words.devicesHint}>
              <TextInput id="selector" className="muster-mono" value={draft.selector} onChange={(_, selector) => change({ selector })} />
            </Field>
            <Waves waves={draft.waves} change={(waves) => change({ waves })} />
            <Field label={words.metric} id="metric" hint={words.metricHint}>
              <TextInput
                id="metric"
                className="muster-mono"
                placeholder="max(disk.used) < 0.9"
                value={draft.metric}
                onChange={(_, metric) => change({ metric })}
              />
            </Field>
            <Grid hasGutter>
              <NumberField label={words.maxFailure} id="max-failure" value={draft.maxFailure} max={100} set={(maxFailure) => change({ maxFailure })} />
              <NumberField
                label={words.deadline}
                id="deadline"
                value={draft.deadlineMinutes}
                min={1}
                hint={words.deadlineHint}
                set={(deadlineMinutes) => change({ deadlineMinutes })}
              />
              <GridItem sm={6}>
                <Field label={words.perMinute} id="per-minute" hint={words.perMinuteHint}>
                  <TextInput
                    id="per-minute"
                    type="number"
                    min={1}
                    value={draft.perMinute}
                    onChange={(_, perMinute) => change({ perMinute })}
                  />
                </Field>
              </GridItem>
              <NumberField
                label={words.jitter}
                id="jitter"
                value={draft.jitterMinutes}
                hint={words.jitterHint}
                set={(jitterMinutes) => change({ jitterMinutes })}
              />
            </Grid>
            <Install draft={draft} change={change} />
            <Checkbox
              id="newcomers"
              label={words.newcomers}
              isChecked={draft.newcomers}
              onChange={(_, newcomers) => change({ newcomers })}
            />
            <Flex gap={{ default: 'gapSm' }}>
              <Button isDisabled={busy || !draft.release} isLoading={busy} onClick={() => (wordFor(reached) ? setAsking(true) : void create(true))}>
                {words.start}
              </Button>
              <Button variant="secondary" isDisabled={busy || !draft.release} onClick={() => void create(false)}>
                {words.prepare}
              </Button>
              <Button variant="link" onClick={() => go('/rollouts')}>
                {m.common.cancel}
              </Button>
            </Flex>
          </Form>
        </Section>
      </GridItem>
      <GridItem lg={4}>
        <PreviewSection draft={draft} seen={setReached} />
      </GridItem>
    </Grid>
  );
}

function Install({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  return (
    <Grid hasGutter>
      <GridItem sm={6}>
        <Field label={words.install} id="install">
          <FormSelect id="install" value={draft.install} onChange={(_, install) => change({ install })}>
            {Object.entries(words.installModes).map(([mode, label]) => (
              <FormSelectOption key={mode} value={mode} label={label} />
            ))}
          </FormSelect>
        </Field>
      </GridItem>
      <GridItem sm={6}>
        <Field label={words.window} id="window" {...(draft.window === 'any' ? {} : { hint: words.windowHint })}>
          <FormSelect
            id="window"
            value={draft.window}
            onChange={(_, window) => change({ window: window === 'site' || window === 'times' ? window : 'any' })}
          >
            {Object.entries(words.windows).map(([kind, label]) => (
              <FormSelectOption key={kind} value={kind} label={label} />
            ))}
          </FormSelect>
          {draft.window === 'times' && (
            <Flex gap={{ default: 'gapSm' }} className="muster-gap-top">
              <TextInput aria-label={words.from} type="time" value={draft.windowFrom} onChange={(_, windowFrom) => change({ windowFrom })} />
              <TextInput aria-label={words.to} type="time" value={draft.windowTo} onChange={(_, windowTo) => change({ windowTo })} />
            </Flex>
          )}
        </Field>
      </GridItem>
    </Grid>
  );
}

function Waves({ waves, change }: { waves: NewWave[]; change: (waves: NewWave[]) => void }) {
  const set = (index: number, part: Partial<NewWave>) =>
    change(waves.map((wave, at) => (at === index ? { ...wave, ...part } : wave)));
  return (
    <FormGroup label={words.waves} role="group">
      <Table aria-label={words.waves} variant="compact" borders={false} className="muster-waves">
        <Thead>
          <Tr>
            <Th>{words.waveName}</Th>
            <Th>{words.waveSize}</Th>
            <Th screenReaderText={words.waveUnit} />
            <Th>{words.success}</Th>
            <Th info={{ tooltip: words.soakHint }}>{words.soak}</Th>
            <Th info={{ tooltip: words.approvalHint }}>{words.approval}</Th>
            <Th screenReaderText={words.removeWave} />
          </Tr>
        </Thead>
        <Tbody>
          {waves.map((wave, index) => (
            <Tr key={index}>
              <Td dataLabel={words.waveName}>
                <TextInput aria-label={`${words.waveName} ${index + 1}`} value={wave.name} onChange={(_, name) => set(index, { name })} />
              </Td>
              <Td dataLabel={words.waveSize}>
                <Amount label={`${words.waveSize} ${index + 1}`} value={wave.size} min={1} set={(size) => set(index, { size })} />
              </Td>
              <Td>
                <FormSelect
                  aria-label={`${words.waveUnit} ${index + 1}`}
                  value={wave.unit}
                  onChange={(_, unit) => set(index, { unit: unit === 'count' ? 'count' : 'percent' })}
                >
                  {Object.entries(words.units).map(([unit, label]) => (
                    <FormSelectOption key={unit} value={unit} label={label} />
                  ))}
                </FormSelect>
              </Td>
              <Td dataLabel={words.success}>
                <Amount label={`${words.success} ${index + 1}`} value={wave.success} min={1} max={100} set={(success) => set(index, { success })} />
              </Td>
              <Td dataLabel={words.soak}>
                <Amount label={`${words.soak} ${index + 1}`} value={wave.soakMinutes} set={(soakMinutes) => set(index, { soakMinutes })} />
              </Td>
              <Td dataLabel={words.approval}>
                <Checkbox
                  id={`approval-${index}`}
                  aria-label={`${words.approval} ${index + 1}`}
                  isChecked={wave.approval}
                  onChange={(_, approval) => set(index, { approval })}
                />
              </Td>
              <Td>
                {waves.length > 1 && (
                  <Button variant="link" isInline onClick={() => change(waves.filter((_, at) => at !== index))} aria-label={`${words.removeWave} ${index + 1}`}>
                    ×
                  </Button>
                )}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      <Button
        variant="link"
        isInline
        onClick={() => change([...waves.slice(0, -1), { ...CANARY, name: `wave ${waves.length}`, unit: 'percent', size: 10 }, ...waves.slice(-1)])}
      >
        {words.addWave}
      </Button>
      <Hint>{words.wavesHint}</Hint>
    </FormGroup>
  );
}

function Amount({ label, value, set, min = 0, max }: { label: string; value: number; set: (value: number) => void; min?: number; max?: number }) {
  return (
    <TextInput
      aria-label={label}
      type="number"
      min={min}
      {...(max === undefined ? {} : { max })}
      value={value}
      onChange={(_, text) => set(Math.max(min, Math.trunc(Number(text)) || 0))}
    />
  );
}

function NumberField({
  label,
  id,
  value,
  set,
  hint,
  min = 0,
  max,
}: {
  label: string;
  id: string;
  value: number;
  set: (value: number) => void;
  hint?: string;
  min?: number;
  max?: number;
}) {
  return (
    <GridItem sm={6}>
      <Field label={label} id={id} {...(hint ? { hint } : {})}>
        <TextInput
          id={id}
          type="number"
          min={min}
          {...(max === undefined ? {} : { max })}
          value={value}
          onChange={(_, text) => set(Math.max(min, Math.trunc(Number(text)) || 0))}
        />
      </Field>
    </GridItem>
  );
}
