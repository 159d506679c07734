import { Button, Progress } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import type { OpenUpload } from '../../api/artifacts';
import { path, remove } from '../../api/client';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { bytes } from '../../parts/format';
import { Section } from '../../parts/Section';
import { Time } from '../../parts/Time';
import { useWho } from '../../parts/useRoles';

const words = m.artifacts;

/** Uploads that stopped on their way; nothing where there are none. */
export function Unfinished() {
  const who = useWho();
  const open = useGet<Page<OpenUpload>>(path(['artifacts', 'uploads']));
  const [abandoning, setAbandoning] = useState<OpenUpload>();
  const items = open.data?.items ?? [];
  if (items.length === 0) {
    return null;
  }
  return (
    <div className="muster-gap-top">
      <Section title={words.unfinished} hint={words.unfinishedHint} flush>
        <Table aria-label={words.unfinished} variant="compact">
          <Thead>
            <Tr>
              <Th width={30}>{words.unfinishedColumns.file}</Th>
              <Th width={30}>{words.unfinishedColumns.progress}</Th>
              <Th>{words.unfinishedColumns.by}</Th>
              <Th>{words.unfinishedColumns.expires}</Th>
              <Th screenReaderText={words.unfinishedColumns.actions} />
            </Tr>
          </Thead>
          <Tbody>
            {items.map((one) => (
              <Tr key={one.id}>
                <Td dataLabel={words.unfinishedColumns.file} className="muster-break">
                  {one.fileName || words.unnamed}
                </Td>
                <Td dataLabel={words.unfinishedColumns.progress}>
                  <Progress
                    aria-label={words.unfinishedColumns.progress}
                    size="sm"
                    value={(100 * one.received) / one.length}
                    label={words.form.of(bytes(one.received), bytes(one.length))}
                  />
                </Td>
                <Td dataLabel={words.unfinishedColumns.by}>{who(one.createdBy, one.createdByName)}</Td>
                <Td dataLabel={words.unfinishedColumns.expires} modifier="nowrap">
                  <Time at={one.expiresAt} />
                </Td>
                <Td isActionCell>
                  <Button variant="link" isDanger size="sm" onClick={() => setAbandoning(one)}>
                    {words.abandon}
                  </Button>
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      </Section>
      {abandoning && (
        <Confirm
          title={words.abandonTitle(abandoning.fileName || words.unnamed)}
          text={words.abandonText}
          action={words.abandon}
          danger
          run={() => remove(path(['artifacts', 'uploads', abandoning.id])).then(open.reload)}
          close={() => setAbandoning(undefined)}
        />
      )}
    </div>
  );
}
