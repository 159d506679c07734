import { Alert, Divider, Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { path, post } from '../api/client';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { FormModal } from '../parts/FormModal';
import { isTyped, wordFor } from '../parts/many';
import { Said } from '../parts/Said';
import { Shown } from '../parts/States';
import { TypedWord } from '../parts/TypedWord';
import { useMay } from '../parts/useRoles';
import { RunCommand } from './commands/RunCommand';

const words = m.bulk;
const ACTIONS = ['suspend', 'resume', 'retire'] as const;
type Action = (typeof ACTIONS)[number];

/** What an action would do. */
interface Bulk {
  changes: number;
  left: number;
}

/** The server changes so many at a time. */
const MOST = 2000;

/** What can be done with all devices that the query selects, seen before it is done. */
export function BulkActions({ query, done }: { query: string; done: () => void }) {
  const may = useMay('operator');
  const releases = useMay('release-manager');
  const go = useNavigate();
  const [open, setOpen] = useState(false);
  const [asking, setAsking] = useState<Action | 'command'>();
  if (!may && !releases) {
    return null;
  }
  return (
    <>
      <Dropdown
        isOpen={open}
        onOpenChange={setOpen}
        onSelect={() => setOpen(false)}
        toggle={(ref) => (
          <MenuToggle ref={ref} isExpanded={open} onClick={() => setOpen(!open)}>
            {words.menu}
          </MenuToggle>
        )}
      >
        <DropdownList>
          {may && (
            <DropdownItem key="command" onClick={() => setAsking('command')}>
              {words.command}
            </DropdownItem>
          )}
          {releases && (
            <DropdownItem key="rollout" onClick={() => void go(`/rollouts/new?q=${encodeURIComponent(query)}`)}>
              {words.rollout}
            </DropdownItem>
          )}
          {may && <Divider key="line" />}
          {may &&
            ACTIONS.map((action) => (
              <DropdownItem key={action} isDanger={action === 'retire'} onClick={() => setAsking(action)}>
                {words.actions[action].item}
              </DropdownItem>
            ))}
        </DropdownList>
      </Dropdown>
      {asking === 'command' && (
        <RunCommand
          selector={query}
          done={(command) => void go(`/commands/${encodeURIComponent(command.id)}`)}
          close={() => setAsking(undefined)}
        />
      )}
      {asking !== undefined && asking !== 'command' && (
        <BulkForm action={asking} query={query} done={done} close={() => setAsking(undefined)} />
      )}
    </>
  );
}

function BulkForm({ action, query, done, close }: { action: Action; query: string; done: () => void; close: () => void }) {
  const preview = useGet<Bulk>(path(['device-actions'], { action, q: query }));
  const [typed, setTyped] = useState('');
  const changes = preview.data?.changes ?? 0;
  // There is no way back from the end of a device's life, so even one asks for its number.
  const word = action === 'retire' && changes > 0 ? String(changes) : wordFor(changes);
  const ready = preview.data !== undefined && changes > 0 && changes <= MOST && isTyped(word, typed);
  return (
    <FormModal
      title={words.actions[action].title}
      text={words.actions[action].text}
      action={words.actions[action].action}
      danger={action !== 'resume'}
      ready={ready}
      submit={() => post(path(['device-actions']), { action, selector: query, expected: changes }).then(done)}
      close={close}
    >
      <Shown remote={preview} lines={2}>
        {({ left }) => (
          <>
            <p>
              <Said>{words.whom(changes, query)}</Said> {left > 0 && words.left(left)}
            </p>
            {changes > MOST && <Alert isInline variant="warning" title={words.tooMany(MOST)} />}
            <TypedWord word={word} typed={typed} change={setTyped} />
          </>
        )}
      </Shown>
    </FormModal>
  );
}
