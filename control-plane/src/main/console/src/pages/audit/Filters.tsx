import { Button, Form, FormGroup, TextInput } from '@patternfly/react-core';
import { useEffect, useState, type FormEvent } from 'react';
import { m } from '../../i18n';

/** What the address says of what is shown; empty: anything. `from` and `to` are instants. */
export const FILTERS = ['actor', 'verb', 'object', 'from', 'to'] as const;
export type Filter = Record<(typeof FILTERS)[number], string>;

const NOTHING: Filter = { actor: '', verb: '', object: '', from: '', to: '' };
const HINTS: Partial<Filter> = { actor: m.audit.actorHint, verb: m.audit.verbHint, object: m.audit.objectHint };

/** Who, what, on what, when: applied together. */
export function Filters({ filter, show }: { filter: Filter; show: (filter: Filter) => void }) {
  const [typed, setTyped] = useState(filter);
  const asked = JSON.stringify(filter);
  useEffect(() => setTyped(JSON.parse(asked) as Filter), [asked]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    show({
      ...typed,
      actor: typed.actor.trim(),
      verb: typed.verb.trim(),
      object: typed.object.trim(),
    });
  };
  return (
    <Form className="muster-audit-filter" onSubmit={submit}>
      {(['actor', 'verb', 'object'] as const).map((name) => (
        <FormGroup key={name} label={m.audit[name]} fieldId={`audit-${name}`}>
          <TextInput
            id={`audit-${name}`}
            type="search"
            value={typed[name]}
            placeholder={HINTS[name] ?? ''}
            onChange={(_, value) => setTyped({ ...typed, [name]: value })}
          />
        </FormGroup>
      ))}
      {(['from', 'to'] as const).map((name) => (
        <FormGroup key={name} label={m.audit[name]} fieldId={`audit-${name}`}>
          <TextInput
            id={`audit-${name}`}
            type="datetime-local"
            value={local(typed[name])}
            onChange={(_, value) => setTyped({ ...typed, [name]: value ? new Date(value).toISOString() : '' })}
          />
        </FormGroup>
      ))}
      <div className="muster-audit-filter-actions">
        <Button type="submit">{m.audit.apply}</Button>
        <Button variant="link" onClick={() => show(NOTHING)} isDisabled={asked === JSON.stringify(NOTHING)}>
          {m.common.clear}
        </Button>
      </div>
    </Form>
  );
}

/** An instant as the browser's own field for a local time wants it. */
function local(instant: string): string {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) {
    return '';
  }
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
