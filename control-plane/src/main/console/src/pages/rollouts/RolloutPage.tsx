import {
  Alert,
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Flex,
  FormSelect,
  FormSelectOption,
  Grid,
  GridItem,
  PageSection,
  TextInput,
} from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { ApiError, path, post, remove } from '../../api/client';
import { useLive } from '../../api/live';
import type { Cause } from '../../api/rollouts';
import type { Page, Rollout, RolloutDevice, Wave } from '../../api/types';
import { useGet, type Remote } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { count } from '../../parts/format';
import { StateLabel } from '../../parts/Labels';
import { PageHead } from '../../parts/PageHead';
import { Pager } from '../../parts/Pager';
import { RolloutBar, sum } from '../../parts/RolloutBar';
import { Reason } from '../../parts/Reason';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay, useWho } from '../../parts/useRoles';

export function RolloutPage() {
  const { id = '' } = useParams();
  const [query] = useSearchParams();
  const rollout = useGet<Rollout>(path(['rollouts', id]));
  const causes = useGet<Page<Cause>>(path(['rollouts', id, 'causes']));
  const devices = useGet<Page<RolloutDevice>>(
    path(['rollouts', id, 'devices'], { state: query.get('state'), limit: 25, cursor: query.get('cursor') }),
  );
  const reload = () => [rollout, causes, devices].forEach((remote) => remote.reload());
  useLive((kind, changed) => kind === 'rollout' && changed === id, reload);

  const known = rollout.data;
  return (
    <>
      <PageHead
        title={known?.name ?? id}
        parent={{ to: '/rollouts', text: m.rollouts.title }}
        marks={known && <StateLabel state={known.state} words={m.rollouts.states} />}
        actions={known && <Actions rollout={known} done={reload} />}
      />
      <PageSection isFilled>
        <Shown remote={rollout} lines={8}>
          {(shown) => (
            <>
              {shown.reason && (
                <Alert
                  isInline
                  variant={shown.state === 'paused' ? 'warning' : 'info'}
                  title={<Said>{shown.reason}</Said>}
                  className="muster-gap"
                />
              )}
              <Override rollout={shown} frozen={isFrozen(causes.data)} done={reload} />
              <Grid hasGutter>
                <GridItem lg={6}>
                  <Summary rollout={shown} />
                </GridItem>
                <GridItem lg={6}>
                  <Causes causes={causes} />
                </GridItem>
                <GridItem>
                  <Waves rollout={shown} done={reload} />
                </GridItem>
                <GridItem>
                  <Devices devices={devices} />
                </GridItem>
              </Grid>
            </>
          )}
        </Shown>
      </PageSection>
    </>
  );
}

// What can be asked of a rollout in each state; anything else would be refused.
const VERBS: Record<string, string[]> = {
  ready: ['start', 'abort'],
  running: ['pause', 'abort'],
  paused: ['resume', 'abort'],
};

function Actions({ rollout, done }: { rollout: Rollout; done: () => void }) {
  const [asking, setAsking] = useState<string>();
  const may = useMay('release-manager');
  const tally = sum(rollout.waves);
  const question = asking ? m.rollouts.confirm[asking] : undefined;
  if (!may) {
    return null;
  }
  return (
    <Flex gap={{ default: 'gapSm' }}>
      {(VERBS[rollout.state] ?? []).map((verb) => (
        <Button
          key={verb}
          variant={verb === 'start' || verb === 'resume' ? 'primary' : 'secondary'}
          isDanger={verb === 'abort'}
          onClick={() => setAsking(verb)}
        >
          {m.rollouts.actions[verb]}
        </Button>
      ))}
      {asking && question && (
        <Confirm
          title={question.title}
          text={question.text(tally.waiting)}
          action={m.rollouts.actions[asking] ?? asking}
          danger={asking === 'abort'}
          devices={asking === 'start' || asking === 'abort' ? tally.waiting : 0}
          run={() => post(path(['rollouts', rollout.id, asking])).then(done)}
          close={() => setAsking(undefined)}
        />
      )}
    </Flex>
  );
}

const COUNTS = ['waiting', 'started', 'accepted', 'succeeded', 'failed', 'unreached', 'blocked'] as const;

function Summary({ rollout }: { rollout: Rollout }) {
  const who = useWho();
  return (
    <Section title={m.rollouts.columns.progress}>
        <RolloutBar tally={sum(rollout.waves)} label={rollout.name} />
        <DescriptionList isHorizontal isCompact termWidth="6rem" className="muster-gap-top">
          <DescriptionListGroup>
            <DescriptionListTerm>{m.rollouts.columns.kind}</DescriptionListTerm>
            <DescriptionListDescription>{m.rollouts.kinds[rollout.kind] ?? rollout.kind}</DescriptionListDescription>
          </DescriptionListGroup>
          <DescriptionListGroup>
            <DescriptionListTerm>{m.rollouts.selector}</DescriptionListTerm>
            <DescriptionListDescription>
              {rollout.selector ? <code>{rollout.selector}</code> : m.rollouts.allDevices}
            </DescriptionListDescription>
          </DescriptionListGroup>
          <DescriptionListGroup>
            <DescriptionListTerm>{m.rollouts.createdBy}</DescriptionListTerm>
            <DescriptionListDescription>
              <Time at={rollout.createdAt} /> {rollout.createdBy && m.common.by(who(rollout.createdBy, rollout.createdByName))}
            </DescriptionListDescription>
          </DescriptionListGroup>
        </DescriptionList>
    </Section>
  );
}

function Waves({ rollout, done }: { rollout: Rollout; done: () => void }) {
  const may = useMay('approver');
  const [approving, setApproving] = useState<Wave>();
  return (
    <Section title={m.rollouts.waves} flush>
      <Table aria-label={m.rollouts.waves} variant="compact">
        <Thead>
          <Tr>
            <Th width={25}>{m.rollouts.wave}</Th>
            <Th>{m.rollouts.state}</Th>
            <Th className="muster-right">{m.rollouts.size}</Th>
            {COUNTS.map((key) => (
              <Th key={key} className="muster-right" modifier="fitContent">
                {m.rollouts.counts[key]}
              </Th>
            ))}
          </Tr>
        </Thead>
        <Tbody>
          {rollout.waves.map((wave) => (
            <Tr key={wave.index}>
              <Td dataLabel={m.rollouts.wave}>
                {m.rollouts.waveName(wave.index, wave.name)}
                {wave.reason && (
                  <div className="muster-quiet muster-break">
                    <Said>{wave.reason}</Said>
                  </div>
                )}
                {may && wave.approval && !wave.approved && wave.state === 'waiting' && rollout.state in VERBS && (
                  <Button variant="link" isInline onClick={() => setApproving(wave)}>
                    {m.rollout.approve}
                  </Button>
                )}
              </Td>
              <Td dataLabel={m.rollouts.state}>
                <StateLabel state={wave.state} words={m.rollouts.waveStates} />
              </Td>
              <Td dataLabel={m.rollouts.size} className="muster-right">
                {count(wave.size)}
              </Td>
              {COUNTS.map((key) => (
                <Td
                  key={key}
                  dataLabel={m.rollouts.counts[key] ?? key}
                  className={'muster-right' + (wave[key] === 0 ? ' muster-zero' : key === 'failed' ? ' muster-bad' : '')}
                >
                  {count(wave[key])}
                </Td>
              ))}
            </Tr>
          ))}
        </Tbody>
      </Table>
      {approving && (
        <Confirm
          title={m.rollout.approveTitle(approving.name)}
          text={m.rollout.approveText}
          action={m.rollout.approve}
          run={() => post(path(['rollouts', rollout.id, 'waves', String(approving.index), 'approve'])).then(done)}
          close={() => setApproving(undefined)}
        />
      )}
    </Section>
  );
}

const isFrozen = (causes: Page<Cause> | undefined) =>
  (causes?.items ?? []).some((cause) => cause.state === 'waiting' && cause.reason.startsWith('freeze '));

/** Going on in a freeze takes two people. */
function Override({ rollout, frozen, done }: { rollout: Rollout; frozen: boolean; done: () => void }) {
  const words = m.rollout.override;
  const may = useMay('release-manager');
  const who = useWho();
  const [reason, setReason] = useState('');
  const [failure, setFailure] = useState<string>();
  const override = rollout.override;
  if (!override || (!frozen && override.state === 'none')) {
    return null;
  }
  const ask = () =>
    post(path(['rollouts', rollout.id, 'override']), { reason }).then(done, (error: unknown) =>
      setFailure(error instanceof ApiError ? error.message : String(error)),
    );
  return (
    <Alert
      isInline
      variant="info"
      title={override.state === 'agreed' ? words.agreed : override.state === 'asked' ? words.asked(who(override.askedBy)) : words.title}
      className="muster-gap"
    >
      {override.reason && <p>{override.reason}</p>}
      {failure && (
        <p role="alert">
          <Said>{failure}</Said>
        </p>
      )}
      {may && override.state === 'none' && (
        <Flex gap={{ default: 'gapSm' }}>
          <TextInput aria-label={words.reason} placeholder={words.reason} value={reason} onChange={(_, text) => setReason(text)} />
          <Button variant="secondary" isDisabled={!reason.trim()} onClick={() => void ask()}>
            {words.ask}
          </Button>
        </Flex>
      )}
      {may && override.state === 'asked' && (
        <Button variant="secondary" onClick={() => void ask()}>
          {words.agree}
        </Button>
      )}
      {may && override.state !== 'none' && (
        <Button variant="link" onClick={() => void remove(path(['rollouts', rollout.id, 'override'])).then(done)}>
          {words.end}
        </Button>
      )}
    </Alert>
  );
}

function Causes({ causes }: { causes: Remote<Page<Cause>> }) {
  return (
    <Section title={m.rollout.causes}>
      <Shown remote={causes} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muster-quiet">{m.rollout.noCauses}</p>
          ) : (
            <ul className="muster-split muster-reasons">
              {items.map((cause) => (
                <li key={cause.state + cause.reason}>
                  <span>
                    {m.rollout.causeStates[cause.state] ?? cause.state}: <Reason code={cause.reason} />
                    {cause.message && (
                      <div className="muster-quiet muster-break">
                        <Said>{cause.message}</Said>
                      </div>
                    )}
                    <div className="muster-quiet">
                      <Link to={`/devices/${encodeURIComponent(cause.example)}`}>{cause.example}</Link>
                    </div>
                  </span>
                  <span>{m.common.devices(cause.devices)}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </Section>
  );
}

function Devices({ devices }: { devices: Remote<Page<RolloutDevice>> }) {
  const [query, setQuery] = useSearchParams();
  return (
    <Section
      title={m.rollouts.devices}
      flush
      actions={
        <FormSelect
          aria-label={m.rollouts.filter}
          value={query.get('state') ?? ''}
          onChange={(_, state) => setQuery(state ? { state } : {}, { replace: true })}
        >
          <FormSelectOption value="" label={m.rollouts.anyState} />
          {Object.entries(m.rollouts.counts).map(([state, text]) => (
            <FormSelectOption key={state} value={state} label={text} />
          ))}
        </FormSelect>
      }
    >
      <Shown remote={devices}>
        {(page) =>
          page.items.length === 0 ? (
            <p className="muster-inset muster-quiet">{m.rollouts.noDevices}</p>
          ) : (
            <>
              <Table aria-label={m.rollouts.devices} variant="compact">
                <Thead>
                  <Tr>
                    <Th>{m.rollouts.device}</Th>
                    <Th>{m.rollouts.wave}</Th>
                    <Th>{m.rollouts.state}</Th>
                    <Th>{m.rollouts.reason}</Th>
                    <Th>{m.rollouts.since}</Th>
                  </Tr>
                </Thead>
                <Tbody>
                  {page.items.map((device) => (
                    <Tr key={device.device}>
                      <Td dataLabel={m.rollouts.device}>
                        <Link to={`/devices/${encodeURIComponent(device.device)}`}>{device.device}</Link>
                      </Td>
                      <Td dataLabel={m.rollouts.wave}>{typeof device.wave === 'number' ? device.wave + 1 : device.wave}</Td>
                      <Td dataLabel={m.rollouts.state}>
                        <StateLabel state={device.state} words={m.rollouts.counts} />
                      </Td>
                      <Td dataLabel={m.rollouts.reason}>
                        {device.reason ? <Reason code={device.reason} /> : m.common.none}
                        {device.message && (
                          <div className="muster-quiet muster-break">
                            <Said>{device.message}</Said>
                          </div>
                        )}
                      </Td>
                      <Td dataLabel={m.rollouts.since}>
                        <Time at={device.since} />
                      </Td>
                    </Tr>
                  ))}
                </Tbody>
              </Table>
              <Pager next={page.next} />
            </>
          )
        }
      </Shown>
    </Section>
  );
}
