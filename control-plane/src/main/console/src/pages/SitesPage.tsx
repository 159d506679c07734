import { Button, Card, CardBody, Flex, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { path, remove } from '../api/client';
import type { Page, Site, SiteWindow } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { Confirm } from '../parts/Confirm';
import { PageHead } from '../parts/PageHead';
import { Nothing, Shown } from '../parts/States';
import { useMay } from '../parts/useRoles';
import { SiteForm } from './SiteForm';

type Open = { what: 'new' } | { what: 'edit'; site: Site } | { what: 'delete'; site: Site };

/** All sites, each below the one it lies in. */
export function SitesPage() {
  const sites = useGet<Page<Site>>(path(['sites']));
  const [open, setOpen] = useState<Open>();
  const may = useMay('operator');
  const close = () => setOpen(undefined);
  const create = may && (
    <Button variant="primary" onClick={() => setOpen({ what: 'new' })}>
      {m.registry.sites.create}
    </Button>
  );
  return (
    <>
      <PageHead title={m.registry.sites.title} text={m.registry.sites.text} actions={create} />
      <PageSection isFilled>
        <Card className="muster-flush">
          <CardBody>
            <Shown remote={sites} lines={6}>
              {(page) =>
                page.items.length === 0 ? (
                  <Nothing title={m.registry.sites.emptyTitle}>
                    <p>{m.registry.sites.emptyText}</p>
                  </Nothing>
                ) : (
                  <Tree sites={page.items} {...(may ? { act: setOpen } : {})} />
                )
              }
            </Shown>
          </CardBody>
        </Card>
      </PageSection>
      {(open?.what === 'new' || open?.what === 'edit') && (
        <SiteForm
          {...(open.what === 'edit' ? { site: open.site } : {})}
          sites={sites.data?.items ?? []}
          done={sites.reload}
          close={close}
        />
      )}
      {open?.what === 'delete' && (
        <Confirm
          title={m.registry.sites.deleteTitle(open.site.name)}
          text={m.registry.sites.deleteText}
          action={m.registry.sites.delete}
          danger
          run={() => remove(path(['sites', open.site.name])).then(sites.reload)}
          close={close}
        />
      )}
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

function Tree({ sites, act }: { sites: Site[]; act?: (open: Open) => void }) {
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
          {act && <Th screenReaderText={m.device.actions} />}
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
              <Link to={`/devices?q=${encodeURIComponent('site==' + site.name)}`}>{m.registry.sites.show}</Link>
            </Td>
            {act && (
              <Td className="muster-right">
                <Flex gap={{ default: 'gapMd' }} justifyContent={{ default: 'justifyContentFlexEnd' }}>
                  <Button variant="link" isInline aria-label={m.registry.sites.editTitle(site.name)} onClick={() => act({ what: 'edit', site })}>
                    {m.registry.sites.edit}
                  </Button>
                  <Button
                    variant="link"
                    isInline
                    isDanger
                    aria-label={m.registry.sites.deleteTitle(site.name)}
                    onClick={() => act({ what: 'delete', site })}
                  >
                    {m.registry.sites.delete}
                  </Button>
                </Flex>
              </Td>
            )}
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
