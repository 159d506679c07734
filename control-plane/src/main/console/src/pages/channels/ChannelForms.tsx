import { FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { ChannelRelease } from '../../api/channels';
import { path, post } from '../../api/client';
import { usePages } from '../../api/usePages';
import { m } from '../../i18n';
import { FormModal } from '../../parts/FormModal';
import { More } from '../../parts/More';

const words = m.channels;

/** A move that somebody asks for; `to` is empty where it leads out of all channels. */
export interface Move {
  action: 'promote' | 'demote' | 'withdraw';
  release: ChannelRelease;
  to: string;
}

/** Asks once more, and for a note. The server is told where the release is expected to go, so nothing is promoted twice. */
export function MoveForm({ move, done, close }: { move: Move; done: () => void; close: () => void }) {
  const [note, setNote] = useState('');
  const release = `${move.release.name} ${move.release.version}`;
  const question = {
    promote: { title: words.promoteTitle(release, move.to), text: words.promoteText(move.to), action: words.promote(move.to) },
    demote: { title: words.demoteTitle(release, move.to), text: words.withdrawText, action: words.demote(move.to) },
    withdraw: { title: words.withdrawTitle(release), text: words.withdrawText, action: words.withdraw },
  }[move.action];
  return (
    <FormModal
      title={question.title}
      text={question.text}
      action={question.action}
      danger={move.action !== 'promote'}
      submit={() =>
        post(path(['channels', 'releases', move.release.id, move.action]), move.to ? { to: move.to, note } : { note }).then(done)
      }
      close={close}
    >
      <Note value={note} change={setNote} />
    </FormModal>
  );
}

/** Chooses among the releases that are offered and in no channel. */
export function PutForm({
  first,
  taken,
  done,
  close,
}: {
  first: string;
  taken: string[];
  done: () => void;
  close: () => void;
}) {
  const releases = usePages<{ id: string; name: string; version: string; withdrawnAt: string | null }>('releases');
  const [chosen, setChosen] = useState('');
  const [note, setNote] = useState('');
  const free = releases.data?.filter((release) => !taken.includes(release.id) && !release.withdrawnAt) ?? [];
  return (
    <FormModal
      title={words.chooseTitle(first)}
      action={words.put}
      ready={chosen !== ''}
      submit={() => post(path(['channels', 'releases', chosen, 'promote']), { to: first, note }).then(done)}
      close={close}
    >
      {releases.data && free.length === 0 && !releases.more ? (
        <p>{words.noCandidates}</p>
      ) : (
        <FormGroup label={words.choose} isRequired fieldId="channel-release">
          <FormSelect id="channel-release" value={chosen} onChange={(_, value) => setChosen(value)}>
            <FormSelectOption value="" label="" isDisabled />
            {free.map((release) => (
              <FormSelectOption key={release.id} value={release.id} label={`${release.name} ${release.version}`} />
            ))}
          </FormSelect>
          <More more={releases.more} />
        </FormGroup>
      )}
      <Note value={note} change={setNote} />
    </FormModal>
  );
}

function Note({ value, change }: { value: string; change: (value: string) => void }) {
  return (
    <FormGroup label={words.note} fieldId="channel-note">
      <TextInput id="channel-note" value={value} maxLength={500} placeholder={words.noteHint} onChange={(_, next) => change(next)} />
    </FormGroup>
  );
}
