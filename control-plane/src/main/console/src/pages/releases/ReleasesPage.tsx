import { Button, Card, CardBody, Label, PageSection } from '@patternfly/react-core';
import { BanIcon } from '@patternfly/react-icons/dist/esm/icons/ban-icon';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { Link, useSearchParams } from 'react-router';
import type { FullRelease } from '../../api/artifacts';
import { reached, type Channel } from '../../api/channels';
import { path } from '../../api/client';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { PageHead } from '../../parts/PageHead';
import { Pager } from '../../parts/Pager';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay, useWho } from '../../parts/useRoles';
import { Command } from '../policy/Command';

const words = m.releases;

export function ReleasesPage() {
  const [query] = useSearchParams();
  const may = useMay('release-manager');
  const releases = useGet<Page<FullRelease>>(path(['releases'], { limit: 25, cursor: query.get('cursor') }));
  return (
    <>
      <PageHead
        title={words.title}
        text={words.text}
        actions={may && <Button component={(props) => <Link {...props} to="/releases/new" />}>{words.create}</Button>}
      />
      <PageSection isFilled>
        <Card className="muster-flush">
          <CardBody>
            <Shown remote={releases} lines={6}>
              {(page) => (page.items.length === 0 ? <NoReleases /> : <Releases page={page} />)}
            </Shown>
          </CardBody>
        </Card>
      </PageSection>
    </>
  );
}

export function ReleaseState({ release }: { release: FullRelease }) {
  const state = release.withdrawnAt ? 'withdrawn' : 'offered';
  return (
    <Label isCompact color={release.withdrawnAt ? 'grey' : 'green'} icon={release.withdrawnAt ? <BanIcon /> : <CheckCircleIcon />}>
      {words.states[state]}
    </Label>
  );
}

function Releases({ page }: { page: Page<FullRelease> }) {
  const who = useWho();
  const channels = useGet<Page<Channel>>(path(['channels'])).data?.items ?? [];
  return (
    <>
      <Table aria-label={words.title} variant="compact">
        <Thead>
          <Tr>
            <Th width={30}>{words.columns.name}</Th>
            <Th>{words.columns.version}</Th>
            <Th width={30}>{words.columns.targets}</Th>
            <Th>{words.columns.channel}</Th>
            <Th>{words.columns.state}</Th>
            <Th>{words.columns.created}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {page.items.map((release) => (
            <Tr key={release.id}>
              <Td dataLabel={words.columns.name}>
                <Link to={`/releases/${release.id}`} className="muster-break">
                  {release.name}
                </Link>
              </Td>
              <Td dataLabel={words.columns.version}>{release.version}</Td>
              <Td dataLabel={words.columns.targets}>
                {words.targets(release.targets.length)}
                {release.absent.length > 0 && `, ${words.absent(release.absent.length)}`}
                <div className="muster-quiet muster-break">{[...new Set(release.targets.map((target) => target.name))].join(', ')}</div>
              </Td>
              <Td dataLabel={words.columns.channel} className="muster-break">
                {reached(channels, release.id).at(-1) ?? <span className="muster-quiet">{m.common.none}</span>}
              </Td>
              <Td dataLabel={words.columns.state}>
                <ReleaseState release={release} />
              </Td>
              <Td dataLabel={words.columns.created}>
                <Time at={release.createdAt} />
                <div className="muster-quiet">{m.common.by(who(release.createdBy, release.createdByName))}</div>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      <Pager next={page.next} />
    </>
  );
}

function NoReleases() {
  return (
    <Nothing title={words.emptyTitle}>
      <p>{words.emptyText}</p>
      <Command>muster release create NAME VERSION --artifact SHA256</Command>
    </Nothing>
  );
}
