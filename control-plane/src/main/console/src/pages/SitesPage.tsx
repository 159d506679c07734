import { Card, CardBody, ClipboardCopy, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { path } from '../api/client';
import type { Page, Site, SiteWindow } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { PageHead } from '../parts/PageHead';
import { Nothing, Shown } from '../parts/States';

/** All sites, each below the one it lies in. */
export function SitesPage() {
  const sites = useGet<Page<Site>>(path(['sites']));
  return (
    <>
      <PageHead title={m.registry.sites.title} text={m.registry.sites.text} />
      <PageSection isFilled>
        <Card className="muster-flush">
          <CardBody>
            <Shown remote={sites} lines={6}>
              {(page) =>
                page.items.length === 0 ? (
                  <Nothing title={m.registry.sites.emptyTitle}>
                    <p>{m.registry.sites.emptyText}</p>
                    <ClipboardCopy isReadOnly isCode hoverTip={m.common.copy} clickTip={m.common.copied}>
                      muster sites create NAME --parent SITE --time-zone ZONE --window mon,tue=22:00-04:00
                    </ClipboardCopy>
                  </Nothing>
                ) : (
                  <Tree sites={page.items} />
                )
              }
            </Shown>
          </CardBody>
        </Card>
      </PageSection>
    </>
  );
}

interface Placed {
  site: Site;
  depth: number;
}

/** Depth first, in the server's order. */
function placed(sites: Site[], parent: string | null, depth: number): Placed[] {
  return sites
    .filter((site) => (site.parent ?? null) === parent)
    .flatMap((site) => [{ site, depth }, ...placed(sites, site.name, depth + 1)]);
}

function Tree({ sites }: { sites: Site[] }) {
  return (
    <Table aria-label={m.registry.sites.title} variant="compact">
      <Thead>
        <Tr>
          <Th>{m.registry.sites.name}</Th>
          <Th>{m.registry.sites.timeZone}</Th>
          <Th>{m.registry.sites.uplink}</Th>
          <Th>{m.registry.sites.window}</Th>
          <Th>{m.registry.sites.gateway}</Th>
          <Th>{m.registry.sites.devices}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {placed(sites, null, 0).map(({ site, depth }) => (
          <Tr key={site.name}>
            <Td dataLabel={m.registry.sites.name}>
              <span style={{ paddingInlineStart: `${depth * 1.5}rem` }}>{site.name}</span>
            </Td>
            <Td dataLabel={m.registry.sites.timeZone}>
              <Own own={site.own.timeZone !== null || site.timeZone === 'UTC'}>{site.timeZone}</Own>
            </Td>
            <Td dataLabel={m.registry.sites.uplink}>
              {site.uplinkKbps === null ? (
                <span className="muster-quiet">{m.registry.sites.unlimited}</span>
              ) : (
                <Own own={site.own.uplinkKbps !== null}>{m.registry.sites.kbps(site.uplinkKbps)}</Own>
              )}
            </Td>
            <Td dataLabel={m.registry.sites.window}>
              {site.window === null ? (
                <span className="muster-quiet">{m.registry.sites.anyTime}</span>
              ) : (
                <Own own={site.own.window !== null}>{said(site.window)}</Own>
              )}
            </Td>
            <Td dataLabel={m.registry.sites.gateway}>
              {site.gateway === null ? (
                m.common.none
              ) : (
                <Own own={site.own.gateway !== null}>
                  <Link to={`/devices/${encodeURIComponent(site.gateway)}`}>{site.gateway}</Link>
                </Own>
              )}
            </Td>
            <Td dataLabel={m.registry.sites.devices}>
              <Link to={`/?q=${encodeURIComponent('site==' + site.name)}`}>{m.registry.sites.show}</Link>
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function Own({ own, children }: { own: boolean; children: ReactNode }) {
  return (
    <>
      {children}
      {!own && <div className="muster-quiet">{m.registry.sites.inherited}</div>}
    </>
  );
}

function said(window: SiteWindow): string {
  return `${window.days.map((day) => m.registry.sites.days[day] ?? day).join(', ')} ${window.from}–${window.to}`;
}
