import { Button, Flex, Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link } from 'react-router';
import { OWN_ACCOUNTS, type ApiToken, type RoleBinding } from '../../api/access';
import { path, remove } from '../../api/client';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { Effect, On } from './parts';

const words = m.access.tokens;

/** The tokens of one account, those that ended too; `make` and `bind` are there for who may. */
export function Tokens({
  account,
  changed,
  make,
  bind,
}: {
  account: string;
  changed: () => void;
  make?: () => void;
  bind?: () => void;
}) {
  const tokens = useGet<Page<ApiToken>>(path(['service-accounts', account, 'tokens']));
  const [revoking, setRevoking] = useState<ApiToken>();
  return (
    <>
      <Shown remote={tokens} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muster-quiet">{words.emptyText}</p>
          ) : (
            <TokenTable account={account} tokens={items} {...(make ? { revoke: setRevoking } : {})} />
          )
        }
      </Shown>
      <Roles account={account} />
      <Flex gap={{ default: 'gapMd' }} className="muster-gap-top">
        {make && (
          <Button variant="secondary" onClick={make}>
            {words.create}
          </Button>
        )}
        {bind && (
          <Button variant="secondary" onClick={bind}>
            {m.access.accounts.bind}
          </Button>
        )}
        <Link to={`/access?tab=roles&find=${encodeURIComponent(account)}`}>{m.access.accounts.showRoles}</Link>
      </Flex>
      {revoking && (
        <Confirm
          title={words.revokeTitle(label(revoking))}
          text={words.revokeText}
          action={words.revoke}
          danger
          run={() =>
            remove(path(['service-accounts', account, 'tokens', revoking.id])).then(() => {
              tokens.reload();
              changed();
            })
          }
          close={() => setRevoking(undefined)}
        />
      )}
    </>
  );
}

/** What the account may do at all. */
function Roles({ account }: { account: string }) {
  const bindings = useGet<Page<RoleBinding>>(path(['role-bindings']));
  const own = bindings.data?.items.filter((one) => one.kind === 'service' && one.issuer === OWN_ACCOUNTS && one.subject === account);
  if (own === undefined) {
    return null;
  }
  return (
    <div className="muster-gap-top">
      <strong>{m.access.accounts.roles}</strong>
      {own.length === 0 ? (
        <p className="muster-quiet">{m.access.accounts.noRoles}</p>
      ) : (
        own.map((one) => (
          <div key={one.id}>
            <Effect deny={one.deny} /> {one.role}: <On selector={one.selector} />
          </div>
        ))
      )}
    </div>
  );
}

function label(token: ApiToken): string {
  return token.name || token.id;
}

function TokenTable({ account, tokens, revoke }: { account: string; tokens: ApiToken[]; revoke?: (token: ApiToken) => void }) {
  const { name, most, devices, created, ends, used } = words.columns;
  return (
    <Table aria-label={m.access.accounts.show(account)} variant="compact">
      <Thead>
        <Tr>
          <Th>{name}</Th>
          <Th>{most}</Th>
          <Th>{devices}</Th>
          <Th>{created}</Th>
          <Th>{ends}</Th>
          <Th>{used}</Th>
          {revoke && <Th screenReaderText={m.access.actions} />}
        </Tr>
      </Thead>
      <Tbody>
        {tokens.map((token) => {
          const ended = Date.parse(token.expiresAt) <= Date.now();
          return (
            <Tr key={token.id}>
              <Td dataLabel={name} modifier="nowrap">
                {token.name || <span className="muster-quiet">{words.unnamed}</span>}
                <div className="muster-id muster-quiet">{token.id}</div>
              </Td>
              <Td dataLabel={most}>{token.role || words.allOfAccount}</Td>
              <Td dataLabel={devices} className="muster-break">
                <On selector={token.selector} all={words.allOfAccount} />
              </Td>
              <Td dataLabel={created}>
                <Time at={token.createdAt} /> <span className="muster-quiet">{m.common.by(token.createdBy)}</span>
              </Td>
              <Td dataLabel={ends}>
                {ended && (
                  <Label isCompact color="grey">
                    {words.ended}
                  </Label>
                )}{' '}
                <Time at={token.expiresAt} />
              </Td>
              <Td dataLabel={used}>
                <Time at={token.usedAt} />
              </Td>
              {revoke && (
                <Td className="muster-right">
                  <Button variant="link" isInline isDanger aria-label={words.revokeOf(label(token))} onClick={() => revoke(token)}>
                    {words.revoke}
                  </Button>
                </Td>
              )}
            </Tr>
          );
        })}
      </Tbody>
    </Table>
  );
}
