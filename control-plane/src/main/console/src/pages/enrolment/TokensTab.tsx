import {
  Button,
  Card,
  CardBody,
  FormSelect,
  FormSelectOption,
  Label,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  NumberInput,
  TextInput,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core';
import { BanIcon } from '@patternfly/react-icons/dist/esm/icons/ban-icon';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { path, post, remove } from '../../api/client';
import type { EnrolmentToken, NewEnrolmentToken, Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { CopyBlock } from '../../parts/CopyBlock';
import { FormModal, Field } from '../../parts/FormModal';
import { count } from '../../parts/format';
import { Pager } from '../../parts/Pager';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { QrCode } from '../../parts/QrCode';
import { useMayEverywhere } from '../../parts/useRoles';

type Open = { what: 'form' } | { what: 'created'; token: NewEnrolmentToken } | { what: 'revoke'; token: EnrolmentToken };

/** Tokens with which devices enrol themselves. */
export function TokensTab() {
  const [query] = useSearchParams();
  const tokens = useGet<Page<EnrolmentToken>>(path(['enrolment-tokens'], { limit: 25, cursor: query.get('cursor') }));
  const [open, setOpen] = useState<Open>();
  const may = useMayEverywhere('operator');
  const close = () => setOpen(undefined);
  // Devices may have used it while its line was shown.
  const closeAndLook = () => {
    close();
    tokens.reload();
  };
  const create = may && (
    <Button variant="primary" onClick={() => setOpen({ what: 'form' })}>
      {m.enrolment.create}
    </Button>
  );

  return (
    <>
      <Card className="muster-flush">
        <CardBody>
          <Shown remote={tokens}>
            {(page) =>
              page.items.length === 0 ? (
                <Nothing title={m.enrolment.emptyTitle} action={create}>
                  {m.enrolment.emptyText}
                </Nothing>
              ) : (
                <>
                  {create && (
                    <Toolbar className="muster-toolbar" inset={{ default: 'insetMd' }}>
                      <ToolbarContent>
                        <ToolbarItem align={{ default: 'alignEnd' }}>{create}</ToolbarItem>
                      </ToolbarContent>
                    </Toolbar>
                  )}
                  <Tokens page={page} {...(may ? { revoke: (token: EnrolmentToken) => setOpen({ what: 'revoke', token }) } : {})} />
                </>
              )
            }
          </Shown>
        </CardBody>
      </Card>
      {open?.what === 'form' && (
        <Create
          created={(token) => {
            setOpen({ what: 'created', token });
            tokens.reload();
          }}
          close={close}
        />
      )}
      {open?.what === 'created' && <Created token={open.token} close={closeAndLook} />}
      {open?.what === 'revoke' && (
        <Confirm
          title={m.enrolment.revokeTitle}
          text={m.enrolment.revokeText}
          action={m.enrolment.revoke}
          danger
          run={() => remove(path(['enrolment-tokens', open.token.id])).then(tokens.reload)}
          close={close}
        />
      )}
    </>
  );
}

function Tokens({ page, revoke }: { page: Page<EnrolmentToken>; revoke?: (token: EnrolmentToken) => void }) {
  return (
    <>
      <Table aria-label={m.enrolment.title} variant="compact">
        <Thead>
          <Tr>
            <Th>{m.enrolment.columns.name}</Th>
            <Th>{m.enrolment.columns.state}</Th>
            <Th>{m.enrolment.columns.uses}</Th>
            <Th>{m.enrolment.columns.ends}</Th>
            <Th>{m.enrolment.columns.site}</Th>
            <Th>{m.enrolment.columns.tags}</Th>
            <Th>{m.enrolment.columns.created}</Th>
            {revoke && <Th screenReaderText={m.device.actions} />}
          </Tr>
        </Thead>
        <Tbody>
          {page.items.map((token) => (
            <Tr key={token.id}>
              <Td dataLabel={m.enrolment.columns.name}>
                {token.name || <span className="muster-quiet">{m.enrolment.unnamed}</span>}
              </Td>
              <Td dataLabel={m.enrolment.columns.state}>
                <State token={token} />
              </Td>
              <Td dataLabel={m.enrolment.columns.uses} modifier="nowrap">
                {m.enrolment.used(count(token.used ?? 0), count(token.uses))}
              </Td>
              <Td dataLabel={m.enrolment.columns.ends}>
                <Time at={token.expiresAt} />
              </Td>
              <Td dataLabel={m.enrolment.columns.site}>{token.site ?? m.common.none}</Td>
              <Td dataLabel={m.enrolment.columns.tags}>{token.tags?.join(', ') || m.common.none}</Td>
              <Td dataLabel={m.enrolment.columns.created}>{token.createdByName ?? m.common.none}</Td>
              {revoke && (
                <Td className="muster-right">
                  <Button
                    variant="link"
                    isInline
                    isDanger
                    aria-label={m.enrolment.revokeOf(token.name || token.id)}
                    onClick={() => revoke(token)}
                  >
                    {m.enrolment.revoke}
                  </Button>
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

/** Whether a device can still enrol with it. */
function State({ token }: { token: EnrolmentToken }) {
  const state = Date.parse(token.expiresAt) <= Date.now() ? 'ended' : (token.used ?? 0) >= token.uses ? 'used' : 'open';
  return (
    <Label isCompact color={state === 'open' ? 'green' : 'grey'} icon={state === 'open' ? <CheckCircleIcon /> : <BanIcon />}>
      {m.enrolment.states[state]}
    </Label>
  );
}

function Create({ created, close }: { created: (token: NewEnrolmentToken) => void; close: () => void }) {
  const sites = useGet<Page<{ name: string }>>(path(['sites']));
  const [name, setName] = useState('');
  const [uses, setUses] = useState(1);
  const [expiresIn, setExpiresIn] = useState('PT24H');
  const [site, setSite] = useState('');
  const [tags, setTags] = useState('');

  const submit = async () => {
    const wanted = tags.split(',').map((tag) => tag.trim()).filter((tag) => tag !== '');
    created(
      await post<NewEnrolmentToken>(path(['enrolment-tokens']), {
        ...(name.trim() ? { name: name.trim() } : {}),
        uses,
        expiresIn,
        ...(site ? { site } : {}),
        ...(wanted.length > 0 ? { tags: wanted } : {}),
      }),
    );
    // What was made is shown in its place.
    return false;
  };

  return (
    <FormModal title={m.enrolment.create} action={m.enrolment.submit} focus="#token-name" submit={submit} close={close}>
      <Field id="token-name" label={m.enrolment.name} hint={m.enrolment.nameHint}>
        <TextInput id="token-name" value={name} onChange={(_, text) => setName(text)} />
      </Field>
      <Field id="token-uses" label={m.enrolment.uses}>
        <NumberInput
          inputProps={{ id: 'token-uses' }}
          value={uses}
          min={1}
          max={100_000}
          onMinus={() => setUses(Math.max(1, uses - 1))}
          onPlus={() => setUses(uses + 1)}
          onChange={(event) => setUses(Math.max(1, Number((event.target as HTMLInputElement).value) || 1))}
        />
      </Field>
      <Field id="token-expires" label={m.enrolment.expires}>
        <FormSelect id="token-expires" value={expiresIn} onChange={(_, value) => setExpiresIn(value)}>
          {Object.entries(m.enrolment.expiries).map(([value, label]) => (
            <FormSelectOption key={value} value={value} label={label} />
          ))}
        </FormSelect>
      </Field>
      <Field id="token-site" label={m.enrolment.site}>
        <FormSelect id="token-site" value={site} onChange={(_, value) => setSite(value)}>
          <FormSelectOption value="" label={m.enrolment.siteNone} />
          {(sites.data?.items ?? []).map((known) => (
            <FormSelectOption key={known.name} value={known.name} label={known.name} />
          ))}
        </FormSelect>
      </Field>
      <Field id="token-tags" label={m.enrolment.tags} hint={m.enrolment.tagsHint}>
        <TextInput id="token-tags" value={tags} onChange={(_, text) => setTags(text)} />
      </Field>
    </FormModal>
  );
}

function Created({ token, close }: { token: NewEnrolmentToken; close: () => void }) {
  return (
    <Modal isOpen variant="medium" onClose={close} aria-labelledby="created-title">
      <ModalHeader title={m.enrolment.createdTitle} labelId="created-title" description={m.enrolment.createdText} />
      <ModalBody>
        <CopyBlock label={m.enrolment.line}>{token.command}</CopyBlock>
        <figure className="muster-gap-top muster-figure">
          <QrCode text={token.command} label={m.enrolment.qr} />
          <figcaption className="muster-quiet">{m.enrolment.qr}</figcaption>
        </figure>
        <p className="muster-quiet muster-gap-top">
          {m.common.devices(token.uses)}, {m.enrolment.columns.ends.toLowerCase()} <Time at={token.expiresAt} />
        </p>
      </ModalBody>
      <ModalFooter>
        <Button onClick={close}>{m.enrolment.createdDone}</Button>
      </ModalFooter>
    </Modal>
  );
}
