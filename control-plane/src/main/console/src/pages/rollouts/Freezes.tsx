import { Alert, Button, Label, TextInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link } from 'react-router';
import { path, put, remove } from '../../api/client';
import type { Freeze } from '../../api/rollouts';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { Field, FormModal } from '../../parts/FormModal';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay } from '../../parts/useRoles';

const words = m.rollout;

/** The times in which no rollout starts a device. */
export function Freezes() {
  const freezes = useGet<Page<Freeze>>(path(['freezes']));
  const may = useMay('release-manager');
  const [adding, setAdding] = useState(false);
  const [lifting, setLifting] = useState<string>();
  const [waits, setWaits] = useState(false);
  const asked = (done: boolean) => {
    setWaits(!done);
    freezes.reload();
  };
  return (
    <Section
      title={words.freezes}
      hint={words.freezesText}
      flush
      {...(may
        ? {
            actions: (
              <Button variant="secondary" onClick={() => setAdding(true)}>
                {words.addFreeze}
              </Button>
            ),
          }
        : {})}
    >
      {waits && (
        <Alert isInline variant="info" title={m.fourEyes.waits} actionLinks={<Link to="/four-eyes">{m.fourEyes.see}</Link>} />
      )}
      <Shown remote={freezes} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muster-inset muster-quiet">{words.noFreezes}</p>
          ) : (
            <Table aria-label={words.freezes} variant="compact">
              <Thead>
                <Tr>
                  <Th>{words.freezeName}</Th>
                  <Th>{words.from}</Th>
                  <Th>{words.to}</Th>
                  <Th>{words.devices}</Th>
                  <Th>{words.reason}</Th>
                  <Th screenReaderText={words.lift} />
                </Tr>
              </Thead>
              <Tbody>
                {items.map((freeze) => (
                  <Tr key={freeze.name}>
                    <Td dataLabel={words.freezeName}>
                      {freeze.name}{' '}
                      {isOn(freeze) && (
                        <Label isCompact color="blue">
                          {words.on}
                        </Label>
                      )}
                    </Td>
                    <Td dataLabel={words.from}>
                      <Time at={freeze.from} />
                    </Td>
                    <Td dataLabel={words.to}>
                      <Time at={freeze.to} />
                    </Td>
                    <Td dataLabel={words.devices}>{freeze.selector ? <code>{freeze.selector}</code> : words.all}</Td>
                    <Td dataLabel={words.reason}>{freeze.reason || m.common.none}</Td>
                    <Td isActionCell>
                      {may && (
                        <Button variant="link" isInline onClick={() => setLifting(freeze.name)}>
                          {words.lift}
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
      {adding && <NewFreeze close={() => setAdding(false)} done={asked} />}
      {lifting && (
        <Confirm
          title={words.liftTitle(lifting)}
          text={words.liftText}
          action={words.lift}
          run={() => remove(path(['freezes', lifting])).then(asked)}
          close={() => setLifting(undefined)}
        />
      )}
    </Section>
  );
}

const isOn = (freeze: Freeze) => Date.parse(freeze.from) <= Date.now() && Date.now() < Date.parse(freeze.to);

function NewFreeze({ close, done }: { close: () => void; done: (done: boolean) => void }) {
  const [name, setName] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [selector, setSelector] = useState('');
  const [reason, setReason] = useState('');

  const save = () =>
    put<object>(path(['freezes', name]), { from: instant(from), to: instant(to), selector, reason }).then((answer) =>
      done(!('askedBy' in answer)),
    );

  return (
    <FormModal
      title={words.addFreeze}
      text={words.freezesText}
      action={words.save}
      ready={Boolean(name && from && to)}
      submit={save}
      close={close}
    >
      <Field id="freeze-name" label={words.freezeName} required>
        <TextInput id="freeze-name" value={name} onChange={(_, text) => setName(text)} />
      </Field>
      <Field id="freeze-from" label={words.from} required>
        <TextInput id="freeze-from" type="datetime-local" value={from} onChange={(_, text) => setFrom(text)} />
      </Field>
      <Field id="freeze-to" label={words.to} required>
        <TextInput id="freeze-to" type="datetime-local" value={to} onChange={(_, text) => setTo(text)} />
      </Field>
      <Field id="freeze-selector" label={words.devices}>
        <TextInput id="freeze-selector" className="muster-mono" value={selector} onChange={(_, text) => setSelector(text)} />
      </Field>
      <Field id="freeze-reason" label={words.reason}>
        <TextInput id="freeze-reason" value={reason} onChange={(_, text) => setReason(text)} />
      </Field>
    </FormModal>
  );
}

/** The browser's local time as an instant. */
function instant(local: string): string {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? local : time.toISOString();
}
