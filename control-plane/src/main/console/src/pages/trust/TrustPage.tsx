import { Alert, Button, Card, CardBody, CardTitle, Flex, Label, PageSection, Tooltip } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { path, remove } from '../../api/client';
import type { TrustDraft, TrustNeed, TrustRole, TrustStatus } from '../../api/trust';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { PageHead } from '../../parts/PageHead';
import { Said } from '../../parts/Said';
import { download } from '../../parts/save';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay } from '../../parts/useRoles';

const words = m.trust;
const SOON_MS = 30 * 24 * 3600 * 1000;

/** Mode, every role, and what waits for signatures. */
export function TrustPage() {
  const status = useGet<TrustStatus>(path(['trust', 'status']));
  const drafts = useGet<Page<TrustDraft>>(path(['trust', 'drafts']));
  const reload = () => {
    status.reload();
    drafts.reload();
  };
  return (
    <>
      <PageHead title={words.title} text={words.text} />
      <PageSection isFilled>
        <Shown remote={status} lines={6}>
          {(found) => (
            <>
              {found.mode === 'starter' ? (
                <Alert isInline variant="warning" title={words.starter} className="muster-gap">
                  <Said>{words.starterText}</Said>
                </Alert>
              ) : (
                <Alert isInline variant="success" title={words.strict} className="muster-gap" />
              )}
              <Card className="muster-flush muster-gap">
                <CardTitle>{words.drafts}</CardTitle>
                <CardBody>
                  <Shown remote={drafts} lines={3}>
                    {(page) => <Drafts drafts={page.items.filter((draft) => draft.state === 'open' || draft.state === 'queued')} reload={reload} />}
                  </Shown>
                </CardBody>
              </Card>
              <Card className="muster-flush">
                <CardTitle>{words.roles}</CardTitle>
                <CardBody>
                  <Roles roles={found.roles} />
                </CardBody>
              </Card>
            </>
          )}
        </Shown>
      </PageSection>
    </>
  );
}

function Drafts({ drafts, reload }: { drafts: TrustDraft[]; reload: () => void }) {
  const may = useMay('release-manager');
  const [discarding, setDiscarding] = useState<TrustDraft>();
  if (drafts.length === 0) {
    return <Nothing title={words.noDrafts}>{words.noDraftsText}</Nothing>;
  }
  return (
    <>
      <Table aria-label={words.drafts} variant="compact">
        <Thead>
          <Tr>
            <Th>{words.columns.role}</Th>
            <Th>{words.columns.version}</Th>
            <Th>{words.columns.why}</Th>
            <Th>{words.columns.state}</Th>
            <Th>{words.columns.made}</Th>
            <Th screenReaderText={words.columns.actions} />
          </Tr>
        </Thead>
        <Tbody>
          {drafts.map((draft) => (
            <Tr key={draft.id}>
              <Td dataLabel={words.columns.role}>
                {draft.repository}/{draft.role}
              </Td>
              <Td dataLabel={words.columns.version}>{draft.version}</Td>
              <Td dataLabel={words.columns.why}>
                {words.reasons[draft.reason] ?? draft.reason}
                {draft.removes.map((gone) => (
                  <div key={gone} className="muster-quiet muster-break">
                    {words.removes(gone)}
                  </div>
                ))}
              </Td>
              <Td dataLabel={words.columns.state}>
                {draft.state === 'queued' ? <Label color="grey">{words.queued}</Label> : <Waiting needs={draft.needs} />}
              </Td>
              <Td dataLabel={words.columns.made} modifier="nowrap">
                <Time at={draft.createdAt} />
              </Td>
              <Td isActionCell>
                <Flex gap={{ default: 'gapSm' }} flexWrap={{ default: 'nowrap' }}>
                  <Button variant="secondary" size="sm" onClick={() => void fetchFile(draft)}>
                    {words.fetch}
                  </Button>
                  {may && (
                    <Button variant="link" isDanger size="sm" onClick={() => setDiscarding(draft)}>
                      {words.discard}
                    </Button>
                  )}
                </Flex>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {discarding && (
        <Confirm
          title={words.discardTitle(discarding.role)}
          text={words.discardText}
          action={words.discard}
          danger
          run={() => remove(path(['trust', 'drafts', discarding.id])).then(reload)}
          close={() => setDiscarding(undefined)}
        />
      )}
    </>
  );
}

function fetchFile(draft: TrustDraft): Promise<void> {
  return download(path(['trust', 'drafts', draft.id, 'file']), `${draft.repository}-${draft.role}-${draft.version}.draft.json`);
}

function Waiting({ needs }: { needs: TrustNeed[] }) {
  const open = needs.filter((need) => need.signedBy.length < need.threshold);
  if (open.length === 0) {
    return <Label color="green">{words.signed}</Label>;
  }
  return (
    <>
      {open.map((need) => (
        <div key={need.keysOf}>
          <Label color="orange">{words.signatures(need.signedBy.length, need.threshold)}</Label>{' '}
          <span className="muster-quiet">{words.keysOf(need.keysOf)}</span>
        </div>
      ))}
    </>
  );
}

function Roles({ roles }: { roles: TrustRole[] }) {
  return (
    <Table aria-label={words.roles} variant="compact">
      <Thead>
        <Tr>
          <Th>{words.columns.repository}</Th>
          <Th>{words.columns.role}</Th>
          <Th>{words.columns.version}</Th>
          <Th>{words.columns.expires}</Th>
          <Th>{words.columns.signatures}</Th>
          <Th>{words.columns.keys}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {roles.map((role) => (
          <Tr key={`${role.repository}/${role.role}`}>
            <Td dataLabel={words.columns.repository}>{role.repository}</Td>
            <Td dataLabel={words.columns.role}>{role.role}</Td>
            <Td dataLabel={words.columns.version}>{role.version}</Td>
            <Td dataLabel={words.columns.expires} modifier="nowrap">
              <Time at={role.expiresAt} /> <Ending at={role.expiresAt} offline={role.offline} />
            </Td>
            <Td dataLabel={words.columns.signatures}>{words.of(role.threshold, role.keys.length)}</Td>
            <Td dataLabel={words.columns.keys}>
              <Tooltip content={role.keys.join(', ')}>
                <Label color={role.offline && role.keysOnServer > 0 ? 'orange' : 'grey'}>
                  {role.keysOnServer > 0 ? words.onServer : words.offline}
                </Label>
              </Tooltip>
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

// The server renews what it holds keys for by itself; people have to be told in time.
function Ending({ at, offline }: { at: string; offline: boolean }) {
  const left = Date.parse(at) - Date.now();
  if (left <= 0) {
    return <Label color="red">{words.expired}</Label>;
  }
  return offline && left < SOON_MS ? <Label color="orange">{words.soon}</Label> : null;
}
