import { Button, Card, CardBody, ClipboardCopy, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { Link, useSearchParams } from 'react-router';
import { path } from '../../api/client';
import { useLive } from '../../api/live';
import type { Page, Rollout } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { StateLabel } from '../../parts/Labels';
import { PageHead } from '../../parts/PageHead';
import { Pager } from '../../parts/Pager';
import { RolloutBar, sum } from '../../parts/RolloutBar';
import { Said } from '../../parts/Said';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay, useWho } from '../../parts/useRoles';
import { Freezes } from './Freezes';

export function RolloutsPage() {
  const [query] = useSearchParams();
  const may = useMay('release-manager');
  const rollouts = useGet<Page<Rollout>>(path(['rollouts'], { limit: 25, cursor: query.get('cursor') }));
  useLive((kind) => kind === 'rollout', rollouts.reload);

  return (
    <>
      <PageHead
        title={m.rollouts.title}
        actions={
          may && (
            <Button component={(props) => <Link {...props} to="/rollouts/new" />}>{m.rollout.create}</Button>
          )
        }
      />
      <PageSection isFilled>
        <Card className="muster-flush">
          <CardBody>
            <Shown remote={rollouts} lines={6}>
              {(page) => (page.items.length === 0 ? <NoRollouts /> : <Rollouts page={page} />)}
            </Shown>
          </CardBody>
        </Card>
        <div className="muster-gap-top">
          <Freezes />
        </div>
      </PageSection>
    </>
  );
}

function Rollouts({ page }: { page: Page<Rollout> }) {
  const who = useWho();
  return (
    <>
      <Table aria-label={m.rollouts.title} variant="compact">
        <Thead>
          <Tr>
            <Th width={30}>{m.rollouts.columns.name}</Th>
            <Th>{m.rollouts.columns.kind}</Th>
            <Th>{m.rollouts.columns.state}</Th>
            <Th width={30}>{m.rollouts.columns.progress}</Th>
            <Th>{m.rollouts.columns.created}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {page.items.map((rollout) => (
            <Tr key={rollout.id}>
              <Td dataLabel={m.rollouts.columns.name}>
                <Link to={`/rollouts/${encodeURIComponent(rollout.id)}`}>{rollout.name}</Link>
                {rollout.reason && (
                  <div className="muster-quiet muster-break">
                    <Said>{rollout.reason}</Said>
                  </div>
                )}
              </Td>
              <Td dataLabel={m.rollouts.columns.kind}>{m.rollouts.kinds[rollout.kind] ?? rollout.kind}</Td>
              <Td dataLabel={m.rollouts.columns.state}>
                <StateLabel state={rollout.state} words={m.rollouts.states} />
              </Td>
              <Td dataLabel={m.rollouts.columns.progress}>
                <RolloutBar tally={sum(rollout.waves)} label={rollout.name} />
              </Td>
              <Td dataLabel={m.rollouts.columns.created}>
                <Time at={rollout.createdAt} />
                {rollout.createdBy && <div className="muster-quiet">{m.common.by(who(rollout.createdBy, rollout.createdByName))}</div>}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      <Pager next={page.next} />
    </>
  );
}

function NoRollouts() {
  return (
    <Nothing title={m.rollouts.emptyTitle}>
      <p>{m.rollouts.emptyText}</p>
      <ClipboardCopy isReadOnly isCode hoverTip={m.common.copy} clickTip={m.common.copied}>
        muster rollout create NAME --release ID --wave canary=1 --wave 100%
      </ClipboardCopy>
    </Nothing>
  );
}
