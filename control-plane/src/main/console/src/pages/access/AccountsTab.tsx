import { Button, Card, CardBody, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { NewApiToken, ServiceAccount } from '../../api/access';
import { path, remove } from '../../api/client';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { count } from '../../parts/format';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMayEverywhere } from '../../parts/useRoles';
import { AccountForm, MadeToken, TokenForm } from './AccountForms';
import { BindForm } from './BindForm';
import { Tokens } from './Tokens';

const words = m.access.accounts;

type Open =
  | { what: 'create' }
  | { what: 'delete'; account: ServiceAccount }
  | { what: 'token'; account: string }
  | { what: 'made'; token: NewApiToken }
  | { what: 'bind'; account: string };

/** The programs that act by themselves; each opens to its tokens. Which one is open is in the address. */
export function AccountsTab() {
  const [query, setQuery] = useSearchParams();
  const accounts = useGet<Page<ServiceAccount>>(path(['service-accounts']));
  const may = useMayEverywhere('admin');
  const [open, setOpen] = useState<Open>();
  // Tokens are read anew where one was made.
  const [turn, setTurn] = useState(0);
  const shown = query.get('account') ?? '';
  const show = (account: string) => setQuery(account ? { tab: 'accounts', account } : { tab: 'accounts' });
  const close = () => setOpen(undefined);
  const create = may && <Button onClick={() => setOpen({ what: 'create' })}>{words.create}</Button>;

  return (
    <>
      <Card className="muster-flush">
        <CardBody>
          <Shown remote={accounts} lines={6}>
            {({ items }) =>
              items.length === 0 ? (
                <Nothing title={words.emptyTitle} action={create}>
                  {words.emptyText}
                </Nothing>
              ) : (
                <>
                  <Toolbar className="muster-toolbar" inset={{ default: 'insetMd' }}>
                    <ToolbarContent alignItems="center">
                      <ToolbarItem className="muster-quiet muster-grow">{words.hint}</ToolbarItem>
                      {create && <ToolbarItem align={{ default: 'alignEnd' }}>{create}</ToolbarItem>}
                    </ToolbarContent>
                  </Toolbar>
                  <Accounts
                    accounts={items}
                    shown={shown}
                    show={show}
                    turn={turn}
                    reload={accounts.reload}
                    {...(may ? { ask: setOpen } : {})}
                  />
                </>
              )
            }
          </Shown>
        </CardBody>
      </Card>
      {open?.what === 'create' && (
        <AccountForm
          done={(account) => {
            accounts.reload();
            show(account.name);
          }}
          close={close}
        />
      )}
      {open?.what === 'delete' && (
        <Confirm
          title={words.deleteTitle(open.account.name)}
          text={open.account.tokens === 0 ? words.deleteTextNone : words.deleteText(open.account.tokens)}
          action={words.delete}
          danger
          run={() =>
            remove(path(['service-accounts', open.account.name])).then(() => {
              show('');
              accounts.reload();
            })
          }
          close={close}
        />
      )}
      {open?.what === 'token' && (
        <TokenForm
          account={open.account}
          done={(token) => {
            setOpen({ what: 'made', token });
            setTurn(turn + 1);
            accounts.reload();
          }}
          close={close}
        />
      )}
      {open?.what === 'made' && <MadeToken token={open.token} close={close} />}
      {open?.what === 'bind' && (
        <BindForm account={open.account} done={() => setQuery({ tab: 'roles', find: open.account })} close={close} />
      )}
    </>
  );
}

function Accounts({
  accounts,
  shown,
  show,
  turn,
  reload,
  ask,
}: {
  accounts: ServiceAccount[];
  shown: string;
  show: (account: string) => void;
  turn: number;
  reload: () => void;
  ask?: (open: Open) => void;
}) {
  const { name, tokens, created } = words.columns;
  return (
    <Table aria-label={words.title} variant="compact">
      <Thead>
        <Tr>
          <Th screenReaderText={m.access.tokens.columns.name} />
          <Th width={40}>{name}</Th>
          <Th>{tokens}</Th>
          <Th>{created}</Th>
          {ask && <Th screenReaderText={m.access.actions} />}
        </Tr>
      </Thead>
      {accounts.map((account, rowIndex) => {
        const isExpanded = account.name === shown;
        return (
          <Tbody key={account.name} isExpanded={isExpanded}>
            <Tr isContentExpanded={isExpanded}>
              <Td expand={{ rowIndex, isExpanded, onToggle: () => show(isExpanded ? '' : account.name) }} />
              <Td dataLabel={name}>
                {/* The table names the button that opens the row by what has this id. */}
                <strong id={`simple-node${rowIndex}`} className="muster-break">
                  {account.name}
                </strong>
                {account.description && <div className="muster-quiet muster-break">{account.description}</div>}
              </Td>
              <Td dataLabel={tokens}>{count(account.tokens)}</Td>
              <Td dataLabel={created}>
                <Time at={account.createdAt} /> <span className="muster-quiet">{m.common.by(account.createdByName)}</span>
              </Td>
              {ask && (
                <Td className="muster-right">
                  <Button
                    variant="link"
                    isInline
                    isDanger
                    aria-label={words.deleteOf(account.name)}
                    onClick={() => ask({ what: 'delete', account })}
                  >
                    {words.delete}
                  </Button>
                </Td>
              )}
            </Tr>
            {isExpanded && (
              <Tr isExpanded>
                <Td />
                <Td colSpan={ask ? 4 : 3}>
                  <ExpandableRowContent>
                    <Tokens
                      key={turn}
                      account={account.name}
                      changed={reload}
                      {...(ask
                        ? {
                            make: () => ask({ what: 'token', account: account.name }),
                            bind: () => ask({ what: 'bind', account: account.name }),
                          }
                        : {})}
                    />
                  </ExpandableRowContent>
                </Td>
              </Tr>
            )}
          </Tbody>
        );
      })}
    </Table>
  );
}
