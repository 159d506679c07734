import {
  Checkbox,
  Divider,
  Dropdown,
  DropdownGroup,
  DropdownItem,
  DropdownList,
  MenuItemAction,
  MenuToggle,
  TextInput,
} from '@patternfly/react-core';
import { TrashIcon } from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import { useState } from 'react';
import { path, post, remove } from '../api/client';
import type { SavedView } from '../api/overview';
import type { Page } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { Confirm } from '../parts/Confirm';
import { Field, FormModal } from '../parts/FormModal';
import { Said } from '../parts/Said';

const words = m.views;

/** Saved queries of the list: one's own, those that others share, and a way to save this one. */
export function Views({ query, show }: { query: string; show: (query: string) => void }) {
  const views = useGet<Page<SavedView>>(path(['views'], { limit: 50 }));
  const [open, setOpen] = useState(false);
  const [saving, setSaving] = useState(false);
  const [removing, setRemoving] = useState<SavedView>();
  const items = views.data?.items ?? [];
  const shown = items.find((view) => view.query === query);
  const group = (label: string, of: SavedView[]) =>
    of.length > 0 && (
      <DropdownGroup label={label} key={label}>
        <DropdownList>
          {of.map((view) => (
            <DropdownItem
              key={view.id}
              value={view.id}
              description={(view.query || words.everyDevice) + (view.mine ? '' : ' · ' + words.by(view.ownerName))}
              isSelected={view === shown}
              onClick={() => show(view.query)}
              {...(view.mine
                ? {
                    actions: (
                      <MenuItemAction icon={<TrashIcon />} aria-label={words.remove(view.name)} onClick={() => setRemoving(view)} />
                    ),
                  }
                : {})}
            >
              {view.name}
            </DropdownItem>
          ))}
        </DropdownList>
      </DropdownGroup>
    );
  return (
    <>
      <Dropdown
        isOpen={open}
        onOpenChange={setOpen}
        onSelect={() => setOpen(false)}
        isScrollable
        toggle={(ref) => (
          <MenuToggle ref={ref} isExpanded={open} onClick={() => setOpen(!open)}>
            {shown?.name ?? words.menu}
          </MenuToggle>
        )}
      >
        {group(words.mine, items.filter((view) => view.mine))}
        {group(words.shared, items.filter((view) => !view.mine))}
        {items.length > 0 && <Divider />}
        <DropdownList>
          {items.length === 0 && (
            <DropdownItem key="none" isDisabled>
              {views.error ? <Said>{views.error.message}</Said> : words.none}
            </DropdownItem>
          )}
          <DropdownItem key="save" onClick={() => setSaving(true)}>
            {words.save}
          </DropdownItem>
        </DropdownList>
      </Dropdown>
      {saving && <SaveForm query={query} done={views.reload} close={() => setSaving(false)} />}
      {removing && (
        <Confirm
          title={words.removeTitle(removing.name)}
          text={words.removeText}
          action={words.removeAction}
          danger
          run={() => remove(path(['views', removing.id])).then(views.reload)}
          close={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}

function SaveForm({ query, done, close }: { query: string; done: () => void; close: () => void }) {
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  return (
    <FormModal
      title={words.saveTitle}
      text={words.saveText}
      action={words.submit}
      ready={name.trim() !== ''}
      focus="#view-name"
      submit={() => post(path(['views']), { name: name.trim(), query, shared }).then(done)}
      close={close}
    >
      <Field id="view-name" label={words.name} required>
        <TextInput id="view-name" value={name} onChange={(_, text) => setName(text)} maxLength={80} isRequired />
      </Field>
      <Field id="view-query" label={words.query}>
        <TextInput id="view-query" value={query || words.everyDevice} readOnlyVariant="default" className="muster-code" />
      </Field>
      <Checkbox id="view-shared" label={words.share} isChecked={shared} onChange={(_, on) => setShared(on)} />
    </FormModal>
  );
}
