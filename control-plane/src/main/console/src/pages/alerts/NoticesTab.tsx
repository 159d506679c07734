import { Alert, Button, Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import type { AlertChannel } from '../../api/alerts';
import { path, post } from '../../api/client';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { useMayEverywhere } from '../../parts/useRoles';
import { SeverityLabel } from './parts';

const words = m.alerts;

interface Tried {
  name: string;
  delivered: boolean;
  said: string;
}

/** Whom to tell, and whether that works. */
export function NoticesTab() {
  const channels = useGet<Page<AlertChannel>>(path(['alert-channels']));
  const may = useMayEverywhere('admin');
  const [tried, setTried] = useState<Tried>();
  const [busy, setBusy] = useState<string>();
  const test = async (name: string) => {
    setBusy(name);
    try {
      setTried({ name, ...(await post<Omit<Tried, 'name'>>(path(['alert-channels', name, 'test']))) });
    } catch (error) {
      setTried({ name, delivered: false, said: error instanceof Error ? error.message : String(error) });
    }
    setBusy(undefined);
  };
  return (
    <Section title={words.channels} hint={<Said>{words.channelsText}</Said>} flush>
      {tried && (
        <Alert
          isInline
          variant={tried.delivered ? 'success' : 'danger'}
          title={<Said>{(tried.delivered ? words.delivered : words.notDelivered)(tried.said)}</Said>}
        />
      )}
      <Shown remote={channels} lines={3}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muster-inset muster-quiet">
              <Said>{words.noChannels}</Said>
            </p>
          ) : (
            <Table aria-label={words.channels} variant="compact">
              <Thead>
                <Tr>
                  <Th>{words.channel}</Th>
                  <Th>{words.to}</Th>
                  <Th>{words.from}</Th>
                  <Th>{words.site}</Th>
                  <Th>{words.went}</Th>
                  <Th screenReaderText={words.test} />
                </Tr>
              </Thead>
              <Tbody>
                {items.map((channel) => (
                  <Tr key={channel.name}>
                    <Td dataLabel={words.channel}>
                      {channel.name} {!channel.enabled && <Label isCompact>{words.off}</Label>}
                    </Td>
                    <Td dataLabel={words.to} modifier="breakWord">
                      {channel.url || channel.recipients.join(', ')}
                    </Td>
                    <Td dataLabel={words.from}>
                      <SeverityLabel severity={channel.severity} />
                    </Td>
                    <Td dataLabel={words.site}>{channel.sites.join(', ') || words.all}</Td>
                    <Td dataLabel={words.went}>
                      {channel.waiting}, <span className={channel.dead > 0 ? 'muster-bad' : ''}>{channel.dead}</span>
                    </Td>
                    <Td isActionCell>
                      {may && (
                        <Button
                          variant="link"
                          isInline
                          isLoading={busy === channel.name}
                          isDisabled={busy !== undefined}
                          onClick={() => void test(channel.name)}
                        >
                          {words.test}
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
    </Section>
  );
}
