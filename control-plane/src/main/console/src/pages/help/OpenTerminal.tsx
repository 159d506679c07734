import { NumberInput, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { path, post } from '../../api/client';
import type { HelpSession } from '../../api/help';
import { m } from '../../i18n';
import { Field, FormModal } from '../../parts/FormModal';

/** What the device is told; it fits a laptop. */
export const COLUMNS = 100;
export const ROWS = 30;

const LONGEST = 120;
const words = m.help;

/** Asks for a terminal on a device, and begins it where nobody else has to agree. */
export function OpenTerminal({ device, close }: { device: string; close: () => void }) {
  const go = useNavigate();
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState(30);
  const ask = async () => {
    const session = await post<HelpSession>(path(['devices', device, 'help']), {
      kind: 'terminal',
      reason: reason.trim(),
      minutes,
      columns: COLUMNS,
      rows: ROWS,
    });
    if (session.state === 'ready') {
      await post(path(['help-sessions', session.id, 'start']));
    }
    go(`/help/${session.id}`);
    return false;
  };
  return (
    <FormModal
      title={words.openTitle(device)}
      text={words.openText}
      action={words.openAction}
      ready={reason.trim() !== ''}
      focus="#help-reason"
      submit={ask}
      close={close}
    >
      <Field id="help-reason" label={words.reason} hint={words.reasonHint} required>
        <TextInput id="help-reason" isRequired value={reason} onChange={(_, text) => setReason(text)} />
      </Field>
      <Field id="help-minutes" label={words.minutes}>
        <NumberInput
          inputProps={{ id: 'help-minutes' }}
          value={minutes}
          min={1}
          max={LONGEST}
          onMinus={() => setMinutes((now) => Math.max(1, now - 5))}
          onPlus={() => setMinutes((now) => Math.min(LONGEST, now + 5))}
          onChange={(event) => setMinutes(Math.min(LONGEST, Math.max(1, Number(event.currentTarget.value) || 1)))}
          unit={words.minutesUnit}
        />
      </Field>
    </FormModal>
  );
}
