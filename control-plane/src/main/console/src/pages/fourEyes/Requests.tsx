import { Button, Flex, Label, TextInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useContext, useState } from 'react';
import { path, post } from '../../api/client';
import type { FourEyesRequest } from '../../api/fourEyes';
import type { Page } from '../../api/types';
import type { Remote } from '../../api/useGet';
import { m } from '../../i18n';
import { who as subject } from '../../parts/format';
import { Field, FormModal } from '../../parts/FormModal';
import { Pager } from '../../parts/Pager';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { MeContext, useMay, useWho } from '../../parts/useRoles';

const words = m.fourEyes;
const COLORS = { open: 'orange', approved: 'green', rejected: 'red', withdrawn: 'grey', expired: 'grey' } as const;

type Verb = 'approve' | 'reject' | 'withdraw';

/** What waits for a second person first, then what was settled. */
export function Requests({ requests, reload }: { requests: Remote<Page<FourEyesRequest>>; reload: () => void }) {
  const may = useMay('approver');
  const who = useWho();
  const me = useContext(MeContext);
  const [settling, setSettling] = useState<{ request: FourEyesRequest; verb: Verb }>();
  return (
    <Section title={words.requests} hint={words.requestsText} flush>
      <Shown remote={requests} lines={3}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Nothing title={words.none}>{words.noneText}</Nothing>
          ) : (
            <>
            <Table aria-label={words.requests} variant="compact">
              <Thead>
                <Tr>
                  <Th>{words.what}</Th>
                  <Th>{words.state}</Th>
                  <Th>{words.askedBy}</Th>
                  <Th>{words.ends}</Th>
                  <Th screenReaderText={words.actions} />
                </Tr>
              </Thead>
              <Tbody>
                {items.map((request) => {
                  const mine = me !== undefined && subject(request.askedBy) === me.subject;
                  return (
                    <Tr key={request.id}>
                      <Td dataLabel={words.what}>
                        <Said>{request.summary}</Said>
                        {request.reason && <div className="muster-quiet">{request.reason}</div>}
                      </Td>
                      <Td dataLabel={words.state}>
                        <Label isCompact color={COLORS[request.state]}>
                          {words.states[request.state]}
                        </Label>{' '}
                        {request.settledBy && (
                          <span className="muster-quiet">{words.settledBy(who(request.settledBy, request.settledByName))}</span>
                        )}
                      </Td>
                      <Td dataLabel={words.askedBy}>{who(request.askedBy, request.askedByName)}</Td>
                      <Td dataLabel={words.ends} modifier="nowrap">
                        <Time at={request.settledAt ?? request.expiresAt} />
                      </Td>
                      <Td isActionCell>
                        {request.state === 'open' && (
                          <Flex gap={{ default: 'gapSm' }} flexWrap={{ default: 'nowrap' }}>
                            {may && !mine && (
                              <>
                                <Button variant="secondary" size="sm" onClick={() => setSettling({ request, verb: 'approve' })}>
                                  {words.approve}
                                </Button>
                                <Button variant="link" isDanger size="sm" onClick={() => setSettling({ request, verb: 'reject' })}>
                                  {words.reject}
                                </Button>
                              </>
                            )}
                            {mine && (
                              <Button variant="link" size="sm" onClick={() => setSettling({ request, verb: 'withdraw' })}>
                                {words.withdraw}
                              </Button>
                            )}
                          </Flex>
                        )}
                      </Td>
                    </Tr>
                  );
                })}
              </Tbody>
            </Table>
            <Pager next={next} />
            </>
          )
        }
      </Shown>
      {settling && <Settle {...settling} done={reload} close={() => setSettling(undefined)} />}
    </Section>
  );
}

/** Shows all that the request would change before it is settled. */
function Settle({ request, verb, done, close }: { request: FourEyesRequest; verb: Verb; done: () => void; close: () => void }) {
  const [reason, setReason] = useState('');
  const titles = { approve: words.approveTitle, reject: words.reject, withdraw: words.withdrawTitle };
  const settle = () =>
    post(path(['four-eyes', 'requests', request.id, verb]), verb === 'reject' ? { reason } : {}).then(done);
  return (
    <FormModal
      title={titles[verb]}
      text={verb === 'approve' ? words.approveText : words.rejectText}
      action={words[verb]}
      danger={verb === 'reject'}
      submit={settle}
      close={close}
    >
      <p>
        <Said>{request.summary}</Said>
      </p>
      <pre className="muster-break">{JSON.stringify(request.change, null, 2)}</pre>
      {verb === 'reject' && (
        <Field id="four-eyes-reason" label={words.reason}>
          <TextInput id="four-eyes-reason" value={reason} onChange={(_, text) => setReason(text)} />
        </Field>
      )}
    </FormModal>
  );
}
