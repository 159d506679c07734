import { Grid, GridItem, PageSection } from '@patternfly/react-core';
import { useContext, useEffect, useState, type ReactNode } from 'react';
import { Navigate, useSearchParams } from 'react-router';
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
import { Tour } from './Tour';
import { isShown, recall } from './tour';

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
  const tour = useTour(devices.devices);
  return (
    <Grid hasGutter className="muster-overview">
      {tour.shown && (
        <GridItem span={12}>
          <Tour devices={devices.devices} asked={tour.asked} close={tour.close} />
        </GridItem>
      )}
      {(devices.devices > 0 || !tour.shown) && (
        <GridItem span={12}>
          <Standing devices={devices} />
        </GridItem>
      )}
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

/** Whether this person sees the first steps: `?tour=open` asks for them, and the browser remembers what was done with them. */
function useTour(devices: number): { shown: boolean; asked: boolean; close: () => void } {
  const me = useContext(MeContext);
  const [query, setQuery] = useSearchParams();
  const [, setClosed] = useState(0);
  const asked = query.get('tour') === 'open';
  const key = me && `muster-tour-${me.tenant}-${me.subject}`;
  const shown = key !== undefined && isShown(recall(key), asked, devices);
  useEffect(() => {
    if (shown) {
      window.localStorage.setItem(key, 'begun');
    }
  }, [shown, key]);
  const close = () => {
    if (key) {
      window.localStorage.setItem(key, 'dismissed');
    }
    setClosed((n) => n + 1);
    setQuery(
      (old) => {
        old.delete('tour');
        return old;
      },
      { replace: true },
    );
    // The button that had the focus is gone.
    document.getElementById('content')?.focus();
  };
  return { shown, asked, close };
}
