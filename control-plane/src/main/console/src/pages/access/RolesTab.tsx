import { Alert, Button, Card, CardBody, List, ListItem, SearchInput, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useContext, useState } from 'react';
import { useSearchParams } from 'react-router';
import { OWN_ACCOUNTS, type RoleBinding } from '../../api/access';
import { path, remove } from '../../api/client';
import type { Config, Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { Nothing, Shown } from '../../parts/States';
import { MeContext, useMayEverywhere } from '../../parts/useRoles';
import { BindForm } from './BindForm';
import { Effect, On } from './parts';

const words = m.access.bindings;

/** Every binding; administrators make and remove them here. */
export function RolesTab() {
  const [query, setQuery] = useSearchParams();
  const bindings = useGet<Page<RoleBinding>>(path(['role-bindings']));
  const may = useMayEverywhere('admin');
  const [binding, setBinding] = useState(false);
  const [removing, setRemoving] = useState<RoleBinding>();
  const find = query.get('find') ?? '';
  const look = (text: string) => setQuery(text ? { tab: 'roles', find: text } : { tab: 'roles' }, { replace: true });

  return (
    <>
      <Alert isInline isPlain variant="info" title={words.rulesTitle} component="h2" className="muster-gap">
        <List>
          {words.rules.map(([rule, meaning]) => (
            <ListItem key={rule}>
              <strong>{rule}</strong> {meaning}
            </ListItem>
          ))}
        </List>
      </Alert>
      <Card className="muster-flush">
        <CardBody>
          <Shown remote={bindings} lines={6}>
            {({ items }) => {
              const found = items.filter((one) => fits(one, find));
              return (
                <>
                  <Toolbar className="muster-toolbar" inset={{ default: 'insetMd' }}>
                    <ToolbarContent alignItems="center">
                      <ToolbarItem className="muster-search">
                        <SearchInput
                          aria-label={words.find}
                          placeholder={words.findPlaceholder}
                          value={find}
                          onChange={(_, text) => look(text)}
                          onClear={() => look('')}
                          resetButtonLabel={m.common.clear}
                        />
                      </ToolbarItem>
                      <ToolbarItem className="muster-quiet" aria-live="polite">
                        {words.found(found.length, items.length)}
                      </ToolbarItem>
                      {may && (
                        <ToolbarItem align={{ default: 'alignEnd' }}>
                          <Button onClick={() => setBinding(true)}>{m.access.bind.title}</Button>
                        </ToolbarItem>
                      )}
                    </ToolbarContent>
                  </Toolbar>
                  {found.length === 0 ? (
                    <Nothing title={items.length === 0 ? words.emptyTitle : words.noMatchTitle} searched={items.length > 0}>
                      {items.length === 0 ? words.emptyText : words.noMatchText}
                    </Nothing>
                  ) : (
                    <Bindings bindings={found} {...(may ? { remove: setRemoving } : {})} />
                  )}
                  {removing && (
                    <Confirm
                      title={words.removeTitle}
                      text={(removing.deny ? words.removeDenyText : words.removeText)(removing.subject, removing.role, removing.selector)}
                      warning={ruler(removing) && items.filter(ruler).length === 1 ? words.last : undefined}
                      action={words.remove}
                      danger
                      run={() => remove(path(['role-bindings', removing.id])).then(bindings.reload)}
                      close={() => setRemoving(undefined)}
                    />
                  )}
                </>
              );
            }}
          </Shown>
        </CardBody>
      </Card>
      {binding && <BindForm done={bindings.reload} close={() => setBinding(false)} />}
    </>
  );
}

function fits(binding: RoleBinding, find: string): boolean {
  const wanted = find.trim().toLowerCase();
  return [binding.subject, binding.role, binding.selector, binding.kind, binding.deny ? m.access.deny : m.access.allow].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}

/** Whether it lets people give roles. */
function ruler(binding: RoleBinding): boolean {
  return !binding.deny && binding.role === 'admin' && binding.selector === '' && binding.kind !== 'service';
}

function Bindings({ bindings, remove: ask }: { bindings: RoleBinding[]; remove?: (binding: RoleBinding) => void }) {
  const { who, effect, role, devices } = words.columns;
  const config = useGet<Config>('/config');
  return (
    <Table aria-label={words.title} variant="compact">
      <Thead>
        <Tr>
          <Th width={40}>{who}</Th>
          <Th>{effect}</Th>
          <Th>{role}</Th>
          <Th width={30}>{devices}</Th>
          {ask && <Th screenReaderText={m.access.actions} />}
        </Tr>
      </Thead>
      <Tbody>
        {bindings.map((binding) => (
          <Tr key={binding.id} className={binding.deny ? 'muster-deny' : ''}>
            <Td dataLabel={who}>
              <Who binding={binding} issuer={config.data?.issuer} />
            </Td>
            <Td dataLabel={effect}>
              <Effect deny={binding.deny} />
            </Td>
            <Td dataLabel={role} modifier="nowrap">
              {binding.role}
            </Td>
            <Td dataLabel={devices} className="muster-break">
              <On selector={binding.selector} />
            </Td>
            {ask && (
              <Td className="muster-right">
                <Button
                  variant="link"
                  isInline
                  isDanger
                  aria-label={words.removeOf(binding.subject, binding.role)}
                  onClick={() => ask(binding)}
                >
                  {words.remove}
                </Button>
              </Td>
            )}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

/** `issuer`: that of this server's logins, as soon as it is known. */
function Who({ binding, issuer }: { binding: RoleBinding; issuer: string | undefined }) {
  const me = useContext(MeContext);
  const account = binding.kind === 'service' && binding.issuer === OWN_ACCOUNTS;
  const foreign = !account && issuer !== undefined && binding.issuer !== issuer;
  return (
    <>
      <span className="muster-break">{binding.subject}</span>
      <div className="muster-quiet muster-break">
        {m.access.kinds[account ? 'account' : binding.kind]}
        {me && binding.kind === 'person' && binding.subject === me.subject && `, ${words.you}`}
        {foreign && ` ${words.issuer(binding.issuer)}`}
      </div>
    </>
  );
}
