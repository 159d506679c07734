import { HelperText, HelperTextItem, FormHelperText } from '@patternfly/react-core';
import { useState } from 'react';
import { path } from '../api/client';
import type { Device, Page } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { Field } from './FormModal';
import { QueryBox } from './QueryBox';
import { Said } from './Said';
import { useLater } from './useLater';

const words = m.access.selector;
const SHOWN = 5;

/** A query in a form, completed while it is typed; below it the devices it selects now, or what is wrong with it. */
export function SelectorField({
  id,
  label,
  hint,
  all,
  typed,
}: {
  id: string;
  label: string;
  hint: string;
  /** What no query at all selects, in words. */
  all: string;
  typed: (selector: string) => void;
}) {
  const [text, setText] = useState('');
  const asked = useLater(text.trim());
  const devices = useGet<Page<Device>>(asked === '' ? null : path(['devices'], { q: asked, limit: SHOWN }));
  const change = (selector: string) => {
    setText(selector);
    typed(selector.trim());
  };
  return (
    <Field id={id} label={label} hint={hint}>
      <QueryBox value="" id={id} label={label} typed={change} />
      <FormHelperText>
        <HelperText isLiveRegion>
          {asked === '' ? (
            <HelperTextItem>{all}</HelperTextItem>
          ) : devices.error ? (
            <HelperTextItem variant="error">
              <Said>{devices.error.message}</Said>
            </HelperTextItem>
          ) : (
            <HelperTextItem>{devices.data ? selected(devices.data) : words.asking}</HelperTextItem>
          )}
        </HelperText>
      </FormHelperText>
    </Field>
  );
}

function selected(page: Page<Device>): string {
  if (page.items.length === 0) {
    return words.none;
  }
  const names = page.items.map((device) => device.name || device.id).join(', ');
  return `${words.now} ${names}${page.next ? ` ${words.more}` : ''}`;
}
