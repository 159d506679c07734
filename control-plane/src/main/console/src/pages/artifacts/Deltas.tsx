import { Button, Label, Progress, ProgressSize } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { path, post } from '../../api/client';
import type { Delta } from '../../api/deltas';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { bytes } from '../../parts/format';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { useMay } from '../../parts/useRoles';

const words = m.artifacts.deltas;
const LOOK_EVERY_MS = 3000;

const isOpen = (delta: Delta) => delta.state === 'waiting' || delta.state === 'making';

/** What brings devices from one image to the next in fewer bytes: how far each is, what it saves and what it cost. */
export function Deltas() {
  const deltas = useGet<Page<Delta>>(path(['deltas']));
  const may = useMay('release-manager');
  const { reload } = deltas;
  const open = deltas.data?.items.some(isOpen) ?? false;
  useEffect(() => {
    if (!open) {
      return;
    }
    const timer = setInterval(reload, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [open, reload]);
  const act = (delta: Delta) =>
    (isOpen(delta)
      ? post(path(['deltas', delta.output, delta.base, 'cancel']))
      : post(path(['deltas']), { output: delta.output, base: delta.base })
    ).finally(reload);

  return (
    <Section title={words.title} hint={words.hint} flush>
      <Shown remote={deltas} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muster-inset muster-quiet">{words.none}</p>
          ) : (
            <Table aria-label={words.title} variant="compact">
              <Thead>
                <Tr>
                  <Th>{words.columns.from}</Th>
                  <Th>{words.columns.to}</Th>
                  <Th>{words.columns.state}</Th>
                  <Th className="muster-right">{words.columns.size}</Th>
                  <Th className="muster-right">{words.columns.cost}</Th>
                  <Th className="muster-right">{words.columns.devices}</Th>
                  <Th screenReaderText={words.columns.actions} />
                </Tr>
              </Thead>
              <Tbody>
                {items.map((delta) => (
                  <Tr key={delta.output + delta.base}>
                    <Td dataLabel={words.columns.from}>
                      <Link to={`/artifacts/${delta.base}`}>{delta.baseVersion}</Link>
                      <div className="muster-quiet muster-id">{delta.base.slice(0, 12)}</div>
                    </Td>
                    <Td dataLabel={words.columns.to}>
                      <Link to={`/artifacts/${delta.output}`}>{delta.outputVersion}</Link>
                      <div className="muster-quiet muster-id">{delta.output.slice(0, 12)}</div>
                    </Td>
                    <Td dataLabel={words.columns.state}>
                      <State delta={delta} />
                    </Td>
                    <Td dataLabel={words.columns.size} className="muster-right" modifier="nowrap">
                      {delta.length === 0 ? m.common.none : words.insteadOf(bytes(delta.length), bytes(delta.outputLength))}
                    </Td>
                    <Td dataLabel={words.columns.cost} className="muster-right" modifier="nowrap">
                      {delta.cpuMillis === 0 ? m.common.none : words.seconds((delta.cpuMillis / 1000).toFixed(1))}
                    </Td>
                    <Td dataLabel={words.columns.devices} className="muster-right">
                      {delta.devices}
                    </Td>
                    <Td isActionCell>
                      {may && delta.state !== 'done' && (
                        <Button variant="link" isInline onClick={() => void act(delta)}>
                          {isOpen(delta) ? words.cancel : words.again}
                        </Button>
                      )}
                    </Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
          )
        }
      </Shown>
    </Section>
  );
}

function State({ delta }: { delta: Delta }) {
  if (delta.state === 'making') {
    return (
      <Progress
        aria-label={words.states.making}
        size={ProgressSize.sm}
        value={delta.segmentsDone}
        max={Math.max(1, delta.segments)}
        valueText={words.segments(delta.segmentsDone, delta.segments)}
        label={words.segments(delta.segmentsDone, delta.segments)}
      />
    );
  }
  return (
    <>
      <Label isCompact color={delta.state === 'failed' ? 'red' : delta.state === 'done' ? 'green' : 'grey'}>
        {words.states[delta.state]}
      </Label>
      {delta.problem && <div className="muster-quiet">{delta.problem}</div>}
    </>
  );
}
