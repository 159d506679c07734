import { FormSelect, FormSelectOption, TextArea, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { path, put } from '../../api/client';
import type { DdiAccess } from '../../api/ddi';
import type { Page, Site } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Field, FormModal } from '../../parts/FormModal';

const words = m.ddi.access;

/** What becomes of clients that nobody knows, how often all ask, and whose certificates are believed. */
export function DdiForm({ access, done, close }: { access: DdiAccess; done: () => void; close: () => void }) {
  const sites = useGet<Page<Site>>(path(['sites']));
  const [polling, setPolling] = useState(access.polling);
  const [unknown, setUnknown] = useState(access.unknown);
  const [hardware, setHardware] = useState(access.hardware);
  const [site, setSite] = useState(access.site ?? '');
  const [tags, setTags] = useState(access.tags.join(', '));
  const [authorities, setAuthorities] = useState(access.authorities.join('\n'));
  const submit = () =>
    put(path(['ddi']), {
      polling: polling.trim(),
      unknown,
      hardware: hardware.trim(),
      site: site.trim(),
      tags: parted(tags, ','),
      authorities: parted(authorities, '\n'),
    }).then(done);
  return (
    <FormModal title={words.changeTitle} action={words.save} focus="#ddi-polling" submit={submit} close={close}>
      <Field id="ddi-polling" label={words.polling} hint={words.pollingHint} required>
        <TextInput id="ddi-polling" value={polling} maxLength={2000} isRequired onChange={(_, text) => setPolling(text)} />
      </Field>
      <Field id="ddi-unknown" label={words.unknown}>
        <FormSelect id="ddi-unknown" value={unknown} onChange={(_, value) => setUnknown(value)}>
          {Object.entries(words.unknowns).map(([value, label]) => (
            <FormSelectOption key={value} value={value} label={label} />
          ))}
        </FormSelect>
      </Field>
      <Field id="ddi-hardware" label={words.hardware} hint={words.hardwareHint} required>
        <TextInput id="ddi-hardware" value={hardware} maxLength={64} isRequired onChange={(_, text) => setHardware(text)} />
      </Field>
      <Field id="ddi-site" label={words.site}>
        <FormSelect id="ddi-site" value={site} onChange={(_, value) => setSite(value)}>
          {['', ...new Set([...(site ? [site] : []), ...(sites.data?.items ?? []).map((known) => known.name)])].map((name) => (
            <FormSelectOption key={name} value={name} label={name || words.noSite} />
          ))}
        </FormSelect>
      </Field>
      <Field id="ddi-tags" label={words.tags} hint={words.tagsHint}>
        <TextInput id="ddi-tags" value={tags} maxLength={1000} onChange={(_, text) => setTags(text)} />
      </Field>
      <Field id="ddi-authorities" label={words.authorities} hint={words.authoritiesHint}>
        <TextArea id="ddi-authorities" value={authorities} rows={2} resizeOrientation="vertical" onChange={(_, text) => setAuthorities(text)} />
      </Field>
    </FormModal>
  );
}

function parted(text: string, by: string): string[] {
  return text
    .split(by)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
