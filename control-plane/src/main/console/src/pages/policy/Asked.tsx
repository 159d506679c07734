import { Button, Flex, Label, TextInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { path, post, putText } from '../../api/client';
import type { RightRequest } from '../../api/policy';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Field, FormModal } from '../../parts/FormModal';
import { Pager } from '../../parts/Pager';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay, useWho } from '../../parts/useRoles';
import { short } from '../../parts/Verdict';

const words = m.policy.asked;
const COLORS = { open: 'orange', granted: 'green', declined: 'grey' } as const;

/** What apps on devices ask for; yes is a capability in the draft, which a person reviews and publishes. */
export function Asked() {
  const may = useMay('security-officer');
  return may ? <Requests /> : <Nothing title={words.officers}>{words.officersText}</Nothing>;
}

function Requests() {
  const who = useWho();
  const [query] = useSearchParams();
  const requests = useGet<Page<RightRequest>>(path(['permission-requests'], { limit: 25, cursor: query.get('cursor') }));
  const [granting, setGranting] = useState<RightRequest>();
  const [declining, setDeclining] = useState<RightRequest>();
  return (
    <Section title={m.policy.tabs['requests'] ?? ''} hint={words.hint} flush>
      <Shown remote={requests} lines={3}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Nothing title={words.none}>{words.noneText}</Nothing>
          ) : (
            <>
            <Table aria-label={m.policy.tabs['requests']} variant="compact">
              <Thead>
                <Tr>
                  <Th>{words.what}</Th>
                  <Th>{words.device}</Th>
                  <Th>{words.state}</Th>
                  <Th>{words.asked}</Th>
                  <Th screenReaderText={words.actions} />
                </Tr>
              </Thead>
              <Tbody>
                {items.map((request) => (
                  <Tr key={request.id}>
                    <Td dataLabel={words.what}>
                      <div>
                        {request.app}{' '}
                        <Label isCompact title={request.permission}>
                          {short(request.permission)}
                        </Label>
                      </div>
                      {request.reason && (
                        <div className="muster-quiet muster-break">
                          <q>{request.reason}</q>
                        </div>
                      )}
                    </Td>
                    <Td dataLabel={words.device}>
                      <Link to={`/devices/${encodeURIComponent(request.device)}`}>{request.device}</Link>
                      <div className="muster-quiet">{m.policy.matrix.instance(request.user, request.instance)}</div>
                    </Td>
                    <Td dataLabel={words.state}>
                      <Label isCompact color={COLORS[request.state]}>
                        {words.states[request.state]}
                      </Label>
                      {request.answeredBy && (
                        <div className="muster-quiet">
                          {m.common.by(who(request.answeredBy, request.answeredByName ?? ''))}
                          {request.note && `: ${request.note}`}
                        </div>
                      )}
                    </Td>
                    <Td dataLabel={words.asked} modifier="nowrap">
                      <Time at={request.lastAskedAt} />
                      {request.count > 1 && <div className="muster-quiet">{words.times(request.count)}</div>}
                    </Td>
                    <Td isActionCell>
                      {request.state === 'open' && (
                        <Flex gap={{ default: 'gapSm' }} flexWrap={{ default: 'nowrap' }}>
                          <Button variant="secondary" size="sm" onClick={() => setGranting(request)}>
                            {words.grant}
                          </Button>
                          <Button variant="link" size="sm" onClick={() => setDeclining(request)}>
                            {words.decline}
                          </Button>
                        </Flex>
                      )}
                    </Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
            <Pager next={next} />
            </>
          )
        }
      </Shown>
      {granting && <Grant request={granting} close={() => setGranting(undefined)} />}
      {declining && <Decline request={declining} done={requests.reload} close={() => setDeclining(undefined)} />}
    </Section>
  );
}

/** Shows the capability before it goes into the draft, and opens it there. */
function Grant({ request, close }: { request: RightRequest; close: () => void }) {
  const go = useNavigate();
  const found = useGet<{ capability: string }>(path(['permission-requests', request.id]));
  const [note, setNote] = useState('');
  const yaml = found.data?.capability;
  const grant = async () => {
    const { items } = await putText<{ items: { kind: string; name: string }[] }>(
      path(['policy', 'documents']),
      'application/yaml',
      yaml ?? '',
    );
    await post(path(['permission-requests', request.id, 'answer']), { answer: 'granted', ...(note ? { note } : {}) });
    const made = items[0];
    if (made) {
      go(`/permissions/edit/${encodeURIComponent(made.kind)}/${encodeURIComponent(made.name)}`);
    }
  };
  return (
    <FormModal
      title={words.grantTitle(request.app, short(request.permission))}
      text={words.grantText}
      action={words.toDraft}
      ready={yaml !== undefined}
      submit={grant}
      close={close}
    >
      <Shown remote={found} lines={6}>
        {({ capability }) => <pre className="muster-break">{capability}</pre>}
      </Shown>
      <Note id="request-note" note={note} setNote={setNote} />
    </FormModal>
  );
}

function Decline({ request, done, close }: { request: RightRequest; done: () => void; close: () => void }) {
  const [note, setNote] = useState('');
  const decline = () =>
    post(path(['permission-requests', request.id, 'answer']), { answer: 'declined', ...(note ? { note } : {}) }).then(done);
  return (
    <FormModal
      title={words.declineTitle(request.app, short(request.permission))}
      text={words.declineText}
      action={words.decline}
      submit={decline}
      close={close}
    >
      <p>
        <Said>{request.reason}</Said>
      </p>
      <Note id="request-note" note={note} setNote={setNote} />
    </FormModal>
  );
}

function Note({ id, note, setNote }: { id: string; note: string; setNote: (note: string) => void }) {
  return (
    <Field id={id} label={words.note} hint={words.noteHint}>
      <TextInput id={id} value={note} onChange={(_, text) => setNote(text)} />
    </Field>
  );
}
