import { Checkbox, Flex, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { patch, path, post } from '../api/client';
import type { Place, Site } from '../api/types';
import { m } from '../i18n';
import { Field, FormModal } from '../parts/FormModal';

/** A new site, or what one says itself; what is left empty is that of the site above. */
export function SiteForm({ site, sites, done, close }: { site?: Site; sites: Site[]; done: () => void; close: () => void }) {
  const words = m.registry.sites;
  const own = site?.own;
  const [name, setName] = useState(site?.name ?? '');
  const [parent, setParent] = useState(site?.parent ?? '');
  const [timeZone, setTimeZone] = useState(own?.timeZone ?? '');
  const [uplink, setUplink] = useState(own?.uplinkKbps?.toString() ?? '');
  const [days, setDays] = useState<string[]>(own?.window?.days ?? []);
  const [from, setFrom] = useState(own?.window?.from ?? '22:00');
  const [to, setTo] = useState(own?.window?.to ?? '04:00');
  const [gateway, setGateway] = useState(own?.gateway ?? '');
  const [location, setLocation] = useState(own?.location ? `${own.location.latitude}, ${own.location.longitude}` : '');
  const place = placeOf(location);

  const save = () => {
    const body = {
      parent,
      timeZone: timeZone.trim(),
      uplinkKbps: Number(uplink.trim() || 0),
      window: { days, from, to },
      gateway: gateway.trim(),
      location: place ?? {},
    };
    const saved = site
      ? patch(path(['sites', site.name]), body, site.revision)
      : post(path(['sites']), given({ name: name.trim(), ...body, window: days.length > 0 ? body.window : undefined, location: place }));
    return saved.then(done);
  };

  return (
    <FormModal
      title={site ? words.editTitle(site.name) : words.create}
      text={words.formText}
      action={words.save}
      ready={(site !== undefined || name.trim() !== '') && (location.trim() === '' || place !== undefined)}
      submit={save}
      close={close}
    >
      {!site && (
        <Field id="site-name" label={words.name} hint={words.nameHint} required>
          <TextInput id="site-name" value={name} onChange={(_, text) => setName(text)} isRequired />
        </Field>
      )}
      <Field id="site-parent" label={words.parent}>
        <FormSelect id="site-parent" value={parent} onChange={(_, value) => setParent(value)}>
          <FormSelectOption value="" label={words.top} />
          {sites
            .filter((known) => known.name !== site?.name)
            .map((known) => (
              <FormSelectOption key={known.name} value={known.name} label={known.name} />
            ))}
        </FormSelect>
      </Field>
      <Field id="site-zone" label={words.timeZone} hint={words.timeZoneHint}>
        <TextInput id="site-zone" value={timeZone} list="time-zones" onChange={(_, text) => setTimeZone(text)} />
        <datalist id="time-zones">
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
      </Field>
      <Field id="site-uplink" label={words.uplink} hint={words.uplinkHint}>
        <TextInput id="site-uplink" type="number" min={0} value={uplink} onChange={(_, text) => setUplink(text)} />
      </Field>
      <Field id="site-days" label={words.window} hint={words.windowHint}>
        <Flex id="site-days" gap={{ default: 'gapSm' }} role="group" aria-label={words.window}>
          {Object.entries(words.days).map(([day, label]) => (
            <Checkbox
              key={day}
              id={`site-${day}`}
              label={label}
              isChecked={days.includes(day)}
              onChange={(_, on) => setDays(Object.keys(words.days).filter((one) => (one === day ? on : days.includes(one))))}
            />
          ))}
        </Flex>
        {days.length > 0 && (
          <Flex flexWrap={{ default: 'nowrap' }} gap={{ default: 'gapSm' }} className="muster-gap-top">
            <TextInput aria-label={words.from} type="time" value={from} onChange={(_, text) => setFrom(text)} />
            <TextInput aria-label={words.to} type="time" value={to} onChange={(_, text) => setTo(text)} />
          </Flex>
        )}
      </Field>
      <Field id="site-gateway" label={words.gateway} hint={words.gatewayHint}>
        <TextInput id="site-gateway" value={gateway} onChange={(_, text) => setGateway(text)} />
      </Field>
      <Field id="site-location" label={words.location} hint={words.locationHint}>
        <TextInput
          id="site-location"
          value={location}
          validated={location.trim() !== '' && place === undefined ? 'error' : 'default'}
          onChange={(_, text) => setLocation(text)}
        />
      </Field>
    </FormModal>
  );
}

/** `51.48, 7.22`; undefined for what is no place. */
function placeOf(text: string): Place | undefined {
  const match = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  return match ? { latitude: Number(match[1]), longitude: Number(match[2]) } : undefined;
}

/** Without what is empty: a new site says only what was filled in. */
function given(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== '' && value !== 0));
}
