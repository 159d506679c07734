import {
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Flex,
  Grid,
  GridItem,
  PageSection,
} from '@patternfly/react-core';
import { useState, type ReactNode } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { path, remove } from '../api/client';
import { useLive } from '../api/live';
import { lowerStatus, type Device, type Group, type Page } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { Confirm } from '../parts/Confirm';
import { count } from '../parts/format';
import { DeviceTable } from '../parts/DeviceTable';
import { PageHead } from '../parts/PageHead';
import { Section } from '../parts/Section';
import { Shown } from '../parts/States';
import { Time } from '../parts/Time';
import { useMay, useWho } from '../parts/useRoles';
import { MembersForm } from './DeviceForms';
import { GroupForm } from './GroupForm';

const ROWS = 25;
const lowerStatuses = (page: Page<Device>): Page<Device> => ({ ...page, items: page.items.map(lowerStatus) });

/** One group: what decides who is in it, and who is. */
export function GroupPage() {
  const { name = '' } = useParams();
  const [query] = useSearchParams();
  const group = useGet<Group>(path(['groups', name]));
  const devices = useGet<Page<Device>>(
    path(['devices'], { q: `group==${name}`, limit: ROWS, cursor: query.get('cursor') }),
    lowerStatuses,
  );
  const [open, setOpen] = useState<'edit' | 'delete' | 'members'>();
  const may = useMay('operator');
  const navigate = useNavigate();
  const reload = () => {
    group.reload();
    devices.reload();
  };
  useLive((kind) => kind === 'device', reload);

  return (
    <>
      <PageHead
        title={name}
        parent={{ to: '/groups', text: m.registry.groups.title }}
        actions={
          may &&
          group.data && (
            <Flex gap={{ default: 'gapSm' }}>
              {!group.data.query && (
                <Button variant="primary" onClick={() => setOpen('members')}>
                  {m.registry.groups.changeMembers}
                </Button>
              )}
              <Button variant="secondary" onClick={() => setOpen('edit')}>
                {m.registry.groups.edit}
              </Button>
              <Button variant="secondary" isDanger onClick={() => setOpen('delete')}>
                {m.registry.groups.delete}
              </Button>
            </Flex>
          )
        }
      />
      <PageSection isFilled>
        <Shown remote={group} lines={4}>
          {(shown) => (
            <Grid hasGutter>
              <GridItem>
                <Section title={m.registry.groups.kinds[shown.kind] ?? shown.kind}>
                  <About group={shown} />
                </Section>
              </GridItem>
              <GridItem>
                <Section title={m.registry.groups.devices} hint={m.common.devices(shown.members)} flush>
                  <Shown remote={devices} lines={6}>
                    {(page) =>
                      page.items.length === 0 ? (
                        <p className="muster-inset muster-quiet">{m.registry.groups.noDevices}</p>
                      ) : (
                        <DeviceTable page={page} label={m.registry.groups.devices} />
                      )
                    }
                  </Shown>
                </Section>
              </GridItem>
            </Grid>
          )}
        </Shown>
      </PageSection>
      {open === 'edit' && group.data && <GroupForm group={group.data} done={reload} close={() => setOpen(undefined)} />}
      {open === 'members' && group.data && <MembersForm group={group.data} done={reload} close={() => setOpen(undefined)} />}
      {open === 'delete' && (
        <Confirm
          title={m.registry.groups.deleteTitle(name)}
          text={m.registry.groups.deleteText}
          action={m.registry.groups.delete}
          danger
          run={() => remove(path(['groups', name])).then(() => navigate('/groups'))}
          close={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

function About({ group }: { group: Group }) {
  const who = useWho();
  return (
    <>
      <DescriptionList isHorizontal isCompact termWidth="7rem">
        {group.query && (
          <Fact name={m.registry.groups.query}>
            <span className="muster-code">{group.query}</span>
          </Fact>
        )}
        {group.description && <Fact name={m.registry.groups.description}>{group.description}</Fact>}
        <Fact name={m.registry.groups.members}>{count(group.members)}</Fact>
        <Fact name={m.registry.groups.created}>
          <Time at={group.createdAt} /> <span className="muster-quiet">{m.common.by(who(group.createdBy, group.createdByName))}</span>
        </Fact>
      </DescriptionList>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{name}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}
