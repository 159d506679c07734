import {
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useEffect, useState } from 'react';
import { get, path } from '../api/client';
import { useLive } from '../api/live';
import type { Device, Difference, Page, TimelineEntry } from '../api/types';
import { useGet, type Remote } from '../api/useGet';
import { m } from '../i18n';
import { full, plain } from '../parts/format';
import { StateLabel } from '../parts/Labels';
import { Said } from '../parts/Said';
import { Section } from '../parts/Section';
import { Shown } from '../parts/States';
import { Time } from '../parts/Time';
import { useMay } from '../parts/useRoles';
import { NotesForm } from './DeviceForms';

/** What operators noted of a device. */
export function Metadata({ device, done }: { device: Device; done: () => void }) {
  const [editing, setEditing] = useState(false);
  const may = useMay('operator');
  const notes = Object.entries(device.metadata ?? {}).sort(([a], [b]) => a.localeCompare(b));
  return (
    <Section
      title={m.registry.device.metadata}
      actions={
        may &&
        device.status !== 'retired' && (
          <Button variant="link" isInline onClick={() => setEditing(true)}>
            {m.registry.device.editNotes}
          </Button>
        )
      }
    >
      {editing && <NotesForm device={device} done={done} close={() => setEditing(false)} />}
      {notes.length === 0 ? (
        <p className="muster-quiet">{m.registry.device.noMetadata}</p>
      ) : (
        <DescriptionList isHorizontal isCompact termWidth="8rem">
          {notes.map(([key, text]) => (
            <DescriptionListGroup key={key}>
              <DescriptionListTerm>{key}</DescriptionListTerm>
              <DescriptionListDescription className="muster-break">{text}</DescriptionListDescription>
            </DescriptionListGroup>
          ))}
        </DescriptionList>
      )}
    </Section>
  );
}

/** What the device is not, or not yet, and why. */
export function DifferenceSection({ difference }: { difference: Remote<Difference> }) {
  return (
    <Section
      title={m.registry.device.difference}
      flush
      hint={
        difference.data &&
        (difference.data.differs === 0 ? m.registry.device.sameHint : m.registry.device.differs(difference.data.differs))
      }
    >
      <Shown remote={difference} lines={2}>
        {(shown) => {
          const open = shown.targets.filter((target) => target.differs);
          return open.length === 0 ? (
            <p className="muster-inset muster-quiet">{m.registry.device.same}</p>
          ) : (
            <Table aria-label={m.registry.device.difference} variant="compact">
              <Thead>
                <Tr>
                  <Th>{m.device.target}</Th>
                  <Th>{m.device.wanted}</Th>
                  <Th>{m.device.held}</Th>
                  <Th>{m.device.why}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {open.map((target) => (
                  <Tr key={target.name}>
                    <Td dataLabel={m.device.target}>{target.name}</Td>
                    <Td dataLabel={m.device.wanted}>{target.wanted === 'absent' ? m.device.absent : target.wanted || m.common.none}</Td>
                    <Td dataLabel={m.device.held}>{target.held || m.common.none}</Td>
                    <Td dataLabel={m.device.why} className="muster-break">
                      <Said>{target.reason}</Said>
                    </Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
          );
        }}
      </Shown>
    </Section>
  );
}

const ROWS = 15;

/** What happened to the device, newest first; older pages are put below. */
export function Timeline({ device }: { device: string }) {
  const first = useGet<Page<TimelineEntry>>(path(['devices', device, 'timeline'], { limit: ROWS }));
  const [older, setOlder] = useState<Page<TimelineEntry>>();
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  // What is new pushes everything down: the older pages begin anew.
  useEffect(() => setOlder(undefined), [first.data]);
  useLive(
    (kind, changed) => kind === 'device' && changed === device,
    () => {
      if (!older) {
        first.reload();
      }
    },
  );

  return (
    <Section title={m.registry.device.timeline} hint={m.registry.device.timelineHint} flush>
      <Shown remote={first}>
        {(page) => {
          const entries = [...page.items, ...(older?.items ?? [])];
          const next = older ? older.next : page.next;
          const more = async () => {
            setBusy(true);
            setFailure(undefined);
            try {
              const found = await get<Page<TimelineEntry>>(path(['devices', device, 'timeline'], { limit: ROWS, cursor: next }));
              setOlder({ items: [...(older?.items ?? []), ...found.items], next: found.next });
            } catch (error) {
              setFailure(error instanceof Error ? error.message : String(error));
            } finally {
              setBusy(false);
            }
          };
          return entries.length === 0 ? (
            <p className="muster-inset muster-quiet">{m.device.noEvents}</p>
          ) : (
            <>
              <Table aria-label={m.registry.device.timeline} variant="compact">
                <Thead>
                  <Tr>
                    <Th modifier="nowrap">{m.device.at}</Th>
                    <Th>{m.registry.device.source}</Th>
                    <Th width={70}>{m.registry.device.what}</Th>
                  </Tr>
                </Thead>
                <Tbody>
                  {entries.map((entry, i) => (
                    <Tr key={entry.at + entry.source + i}>
                      <Td dataLabel={m.device.at} modifier="nowrap">
                        <span title={full(entry.at)}>
                          <Time at={entry.at} />
                        </span>
                      </Td>
                      <Td dataLabel={m.registry.device.source}>{m.registry.device.sources[entry.source] ?? entry.source}</Td>
                      <Td dataLabel={m.registry.device.what}>
                        {entry.source === 'rollout' ? <StateLabel state={entry.what} words={m.rollouts.counts} /> : entry.what}
                        {entry.by && <span className="muster-quiet"> {m.common.by(entry.by)}</span>}
                        <div className="muster-quiet muster-break">{plain(entry.detail)}</div>
                      </Td>
                    </Tr>
                  ))}
                </Tbody>
              </Table>
              {failure && <p className="muster-inset muster-bad">{failure}</p>}
              {next && (
                <Button variant="link" isLoading={busy} isDisabled={busy} onClick={() => void more()}>
                  {m.registry.device.older}
                </Button>
              )}
            </>
          );
        }}
      </Shown>
    </Section>
  );
}
