import { Button, Card, CardBody, FormSelect, FormSelectOption, Label, TextInput, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { path, post } from '../../api/client';
import type { EnrolmentRequest } from '../../api/enrolment';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Field, FormModal } from '../../parts/FormModal';
import { Pager } from '../../parts/Pager';
import { Said } from '../../parts/Said';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMayEverywhere, useWho } from '../../parts/useRoles';

const words = m.waiting;
const COLORS = { waiting: 'orange', approved: 'green', rejected: 'red', expired: 'grey' } as const;

type Verb = 'approve' | 'reject';
type Deciding = { verb: Verb; request: EnrolmentRequest };

/** Devices that may come in when a person says so: the oldest first. Which state is shown is in the address. */
export function WaitingTab({ changed }: { changed: () => void }) {
  const [query, setQuery] = useSearchParams();
  const state = query.get('state') ?? 'waiting';
  const requests = useGet<Page<EnrolmentRequest>>(
    path(['enrolment-requests'], { state: state === 'all' ? null : state, limit: 25, cursor: query.get('cursor') }),
  );
  const may = useMayEverywhere('operator');
  const [deciding, setDeciding] = useState<Deciding>();
  return (
    <>
      <Card className="muster-flush">
        <CardBody>
          <Toolbar className="muster-toolbar" inset={{ default: 'insetMd' }}>
            <ToolbarContent alignItems="center">
              <ToolbarItem className="muster-quiet muster-grow">{words.hint}</ToolbarItem>
              <ToolbarItem align={{ default: 'alignEnd' }}>
                <FormSelect
                  aria-label={words.show}
                  value={state}
                  onChange={(_, value) => setQuery(value === 'waiting' ? { tab: 'waiting' } : { tab: 'waiting', state: value })}
                >
                  {Object.entries(words.shows).map(([value, label]) => (
                    <FormSelectOption key={value} value={value} label={label} />
                  ))}
                </FormSelect>
              </ToolbarItem>
            </ToolbarContent>
          </Toolbar>
          <Shown remote={requests}>
            {(page) =>
              page.items.length === 0 ? (
                <Nothing title={words.emptyTitle} searched={state !== 'waiting'}>
                  {words.emptyText}
                </Nothing>
              ) : (
                <Requests page={page} {...(may ? { decide: setDeciding } : {})} />
              )
            }
          </Shown>
        </CardBody>
      </Card>
      {deciding && (
        <Decide
          {...deciding}
          done={() => {
            requests.reload();
            changed();
          }}
          close={() => setDeciding(undefined)}
        />
      )}
    </>
  );
}

function Requests({ page, decide }: { page: Page<EnrolmentRequest>; decide?: (deciding: Deciding) => void }) {
  const who = useWho();
  const { device, state, key, from, asked } = words.columns;
  return (
    <>
      <Table aria-label={words.title} variant="compact">
        <Thead>
          <Tr>
            <Th>{device}</Th>
            <Th>{state}</Th>
            <Th>{key}</Th>
            <Th>{from}</Th>
            <Th>{asked}</Th>
            {decide && <Th screenReaderText={m.device.actions} />}
          </Tr>
        </Thead>
        <Tbody>
          {page.items.map((request) => (
            <Tr key={request.id}>
              <Td dataLabel={device}>
                {request.cameAs ? (
                  <Link to={`/devices/${encodeURIComponent(request.cameAs)}`}>{request.cameAs}</Link>
                ) : (
                  <strong className="muster-break">{request.device}</strong>
                )}
                <div className="muster-quiet muster-break">
                  {[request.hardware, request.serial, request.site, ...request.tags].filter(Boolean).join(', ')}
                </div>
                {request.takesPlaceOf && <div className="muster-quiet">{words.takesPlace(request.takesPlaceOf)}</div>}
              </Td>
              <Td dataLabel={state}>
                <Label isCompact color={COLORS[request.state]}>
                  {words.states[request.state]}
                </Label>
                {request.decidedBy && <div className="muster-quiet">{m.common.by(who(request.decidedBy, request.decidedByName))}</div>}
                {request.reason && <div className="muster-quiet muster-break">{request.reason}</div>}
              </Td>
              <Td dataLabel={key}>
                <code className="muster-break">{request.keyFingerprint}</code>
              </Td>
              <Td dataLabel={from}>
                {request.address}
                <div className="muster-quiet muster-break">{request.source}</div>
              </Td>
              <Td dataLabel={asked} modifier="nowrap">
                <Time at={request.askedAt} />
              </Td>
              {decide && (
                <Td isActionCell>
                  {(request.state === 'waiting' || request.state === 'rejected') && (
                    <Button
                      variant="secondary"
                      size="sm"
                      aria-label={words.approveOf(request.device)}
                      onClick={() => decide({ verb: 'approve', request })}
                    >
                      {words.approve}
                    </Button>
                  )}{' '}
                  {request.state === 'waiting' && (
                    <Button
                      variant="link"
                      size="sm"
                      isDanger
                      aria-label={words.rejectOf(request.device)}
                      onClick={() => decide({ verb: 'reject', request })}
                    >
                      {words.reject}
                    </Button>
                  )}
                </Td>
              )}
            </Tr>
          ))}
        </Tbody>
      </Table>
      <Pager next={page.next} />
    </>
  );
}

/** The last look before a device comes in: its key, which the agent on the device shows too. */
function Decide({ verb, request, done, close }: Deciding & { done: () => void; close: () => void }) {
  const [device, setDevice] = useState(request.device);
  const [reason, setReason] = useState('');
  const approves = verb === 'approve';
  const body = approves ? (request.takesPlaceOf ? {} : { device: device.trim() }) : { reason: reason.trim() };
  return (
    <FormModal
      title={approves ? words.approveTitle : words.rejectTitle}
      text={approves ? words.approveText : words.rejectText}
      action={words[verb]}
      danger={!approves}
      ready={!approves || request.takesPlaceOf !== null || device.trim() !== ''}
      submit={() => post(path(['enrolment-requests', request.id, verb]), body).then(done)}
      close={close}
    >
      <p>
        <code className="muster-break">{request.keyFingerprint}</code>
      </p>
      {approves && request.takesPlaceOf && (
        <p>
          <Said>{words.takesPlace(request.takesPlaceOf)}</Said>
        </p>
      )}
      {approves && !request.takesPlaceOf && (
        <Field id="waiting-device" label={words.name} required>
          <TextInput id="waiting-device" value={device} isRequired onChange={(_, text) => setDevice(text)} />
        </Field>
      )}
      {!approves && (
        <Field id="waiting-reason" label={words.reason} hint={words.reasonHint}>
          <TextInput id="waiting-reason" value={reason} maxLength={200} onChange={(_, text) => setReason(text)} />
        </Field>
      )}
    </FormModal>
  );
}
