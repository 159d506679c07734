import { Card, CardBody, CardTitle, Grid, GridItem, PageSection } from '@patternfly/react-core';
import { useContext, type ReactNode } from 'react';
import { Link, Navigate, useSearchParams } from 'react-router';
import { useLive } from '../../api/live';
import type { Overview } from '../../api/overview';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { PageHead } from '../../parts/PageHead';
import { Shown } from '../../parts/States';
import { MeContext } from '../../parts/useRoles';
import { AlertsCard, PermissionsCard, RolloutsCard, WaitingCard } from './Cards';
import { Counted } from './Counted';
import { order, type CardName } from './order';
import { MapCard } from './MapCard';
import { Standing } from './Standing';

/** The fleet at a glance: what must be and is, what is under way, what fires, what waits for a person. */
export function OverviewPage() {
  const [query] = useSearchParams();
  const overview = useGet<Overview>('/overview');
  useLive(() => true, overview.reload);
  // Queries of devices were asked here once, and such links are in people's notes.
  if (query.has('q')) {
    return <Navigate to={`/devices?${query.toString()}`} replace />;
  }
  return (
    <>
      <PageHead title={m.overview.title} />
      <PageSection isFilled>
        <Shown remote={overview} lines={10}>
          {(data) => <Cards data={data} />}
        </Shown>
      </PageSection>
    </>
  );
}

function Cards({ data }: { data: Overview }) {
  const me = useContext(MeContext);
  const cards: Record<CardName, ReactNode> = {
    waiting: <WaitingCard waiting={data.waiting} />,
    rollouts: <RolloutsCard rollouts={data.rollouts} inFlight={data.rolloutsInFlight} />,
    alerts: <AlertsCard firing={data.firing} alerts={data.alerts} />,
    permissions: <PermissionsCard compliance={data.compliance} />,
  };
  const { devices } = data;
  return (
    <Grid hasGutter className="muster-overview">
      <GridItem span={12}>{devices.devices === 0 ? <Tour /> : <Standing devices={devices} />}</GridItem>
      {order(me?.roles).map((name) => (
        <GridItem key={name} md={6} xl2={3}>
          {cards[name]}
        </GridItem>
      ))}
      <GridItem lg={8}>
        <MapCard />
      </GridItem>
      <GridItem lg={4}>
        <Counted title={m.overview.bySite} counts={devices.bySite} field="site" nothing={m.overview.noSite} />
      </GridItem>
      <GridItem md={6}>
        <Counted title={m.overview.byImage} counts={devices.byImage} field="image" nothing={m.overview.noImage} />
      </GridItem>
      <GridItem md={6}>
        <Counted title={m.overview.byStatus} counts={devices.byStatus} field="status" words={m.status} nothing={m.common.none} />
      </GridItem>
    </Grid>
  );
}

/** What to do with nothing at all. */
function Tour() {
  const { tour } = m.overview;
  return (
    <Card>
      <CardTitle component="h2">{tour.title}</CardTitle>
      <CardBody>
        <p className="muster-quiet">{tour.text}</p>
        <ol className="muster-tour">
          {tour.steps.map(([to, title, text]) => (
            <li key={to}>
              <Link to={to}>{title}</Link>
              <div className="muster-quiet">{text}</div>
            </li>
          ))}
        </ol>
      </CardBody>
    </Card>
  );
}
