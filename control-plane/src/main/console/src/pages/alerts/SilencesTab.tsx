import { Button, Label, TextInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import type { Silence } from '../../api/alerts';
import { path, post, remove } from '../../api/client';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { Field, FormModal } from '../../parts/FormModal';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMayEverywhere, useWho } from '../../parts/useRoles';

const words = m.alerts;

/** Times in which nobody is told of some alerts. */
export function SilencesTab() {
  const silences = useGet<Page<Silence>>(path(['alert-silences']));
  const may = useMayEverywhere('operator');
  const who = useWho();
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<string>();
  const add = (
    <Button variant="secondary" onClick={() => setAdding(true)}>
      {words.newSilence}
    </Button>
  );
  return (
    <Section title={words.silences} hint={words.silencesText} flush {...(may ? { actions: add } : {})}>
      <Shown remote={silences} lines={3}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muster-inset muster-quiet">{words.noSilences}</p>
          ) : (
            <Table aria-label={words.silences} variant="compact">
              <Thead>
                <Tr>
                  <Th>{words.rule}</Th>
                  <Th>{words.devices}</Th>
                  <Th>{words.until}</Th>
                  <Th>{words.reason}</Th>
                  <Th>{words.by}</Th>
                  <Th screenReaderText={words.end} />
                </Tr>
              </Thead>
              <Tbody>
                {items.map((silence) => (
                  <Tr key={silence.id}>
                    <Td dataLabel={words.rule}>{silence.rule || words.all}</Td>
                    <Td dataLabel={words.devices}>{silence.selector ? <code>{silence.selector}</code> : words.all}</Td>
                    <Td dataLabel={words.until}>
                      {isOn(silence) ? <Time at={silence.until} /> : <Label isCompact>{words.over}</Label>}
                    </Td>
                    <Td dataLabel={words.reason}>{silence.reason}</Td>
                    <Td dataLabel={words.by}>{who(silence.createdBy, silence.createdByName)}</Td>
                    <Td isActionCell>
                      {may && isOn(silence) && (
                        <Button variant="link" isInline onClick={() => setEnding(silence.id)}>
                          {words.end}
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
      {adding && <NewSilence close={() => setAdding(false)} done={silences.reload} />}
      {ending && (
        <Confirm
          title={words.endTitle}
          text={words.endText}
          action={words.end}
          run={() => remove(path(['alert-silences', ending])).then(silences.reload)}
          close={() => setEnding(undefined)}
        />
      )}
    </Section>
  );
}

const isOn = (silence: Silence) => silence.endedAt === null && Date.now() < Date.parse(silence.until);

function NewSilence({ close, done }: { close: () => void; done: () => void }) {
  const [rule, setRule] = useState('');
  const [selector, setSelector] = useState('');
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  return (
    <FormModal
      title={words.newSilence}
      text={words.silencesText}
      action={words.newSilence}
      ready={Boolean((rule || selector) && until && reason)}
      submit={() => post(path(['alert-silences']), { rule, selector, until: instant(until), reason }).then(done)}
      close={close}
    >
      <Field id="silence-rule" label={words.rule} hint={words.ruleHint}>
        <TextInput id="silence-rule" value={rule} onChange={(_, text) => setRule(text)} />
      </Field>
      <Field id="silence-selector" label={words.devices} hint={words.devicesHint}>
        <TextInput id="silence-selector" className="muster-mono" value={selector} onChange={(_, text) => setSelector(text)} />
      </Field>
      <Field id="silence-until" label={words.until} required>
        <TextInput id="silence-until" type="datetime-local" value={until} onChange={(_, text) => setUntil(text)} />
      </Field>
      <Field id="silence-reason" label={words.reason} required>
        <TextInput id="silence-reason" value={reason} onChange={(_, text) => setReason(text)} />
      </Field>
    </FormModal>
  );
}

/** The browser's local time as an instant. */
function instant(local: string): string {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? local : time.toISOString();
}
