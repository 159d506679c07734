import {
  Alert,
  Button,
  Card,
  CardBody,
  PageSection,
  Popover,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core';
import { OutlinedQuestionCircleIcon } from '@patternfly/react-icons/dist/esm/icons/outlined-question-circle-icon';
import { Link, useSearchParams } from 'react-router';
import { path } from '../api/client';
import { useLive } from '../api/live';
import { lowerStatus, type Device, type Page } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { DeviceTable } from '../parts/DeviceTable';
import { PageHead } from '../parts/PageHead';
import { QueryBox } from '../parts/QueryBox';
import { Said } from '../parts/Said';
import { Nothing, Shown } from '../parts/States';
import { FleetTelemetry } from './FleetTelemetry';
import { BulkActions } from './BulkActions';
import { Inventory } from './Inventory';
import { Views } from './Views';

const ROWS = 25;

/** The devices that a query selects, page by page from the server; the query and the page are in the address. */
export function FleetPage() {
  const [query, setQuery] = useSearchParams();
  const asked = query.get('q') ?? '';
  const devices = useGet<Page<Device>>(path(['devices'], { q: asked, limit: ROWS, cursor: query.get('cursor') }), lowerStatuses);

  useLive((kind) => kind === 'device', devices.reload);

  const wrong = devices.error?.code === 'invalid-selector' ? devices.error : undefined;
  // Another query begins at its first page; what is charted of the devices stays.
  const search = (q: string) => {
    const kept = ['metric', 'range'].flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? '']] : []));
    setQuery(Object.fromEntries([...(q ? [['q', q]] : []), ...kept]) as Record<string, string>);
  };

  return (
    <>
      <PageHead
        title={m.fleet.title}
        actions={
          <Inventory asked={wrong ? '' : asked} done={devices.reload} />
        }
      />
      <PageSection>
        <Card className="muster-flush">
          <CardBody>
            <Toolbar className="muster-toolbar" inset={{ default: 'insetMd' }}>
              <ToolbarContent>
                <ToolbarItem className="muster-search">
                  <QueryBox value={asked} search={search} />
                </ToolbarItem>
                <ToolbarItem>
                  <QueryHelp search={search} />
                </ToolbarItem>
                <ToolbarItem>
                  <Views query={asked} show={search} />
                </ToolbarItem>
                {!wrong && (
                  <ToolbarItem align={{ default: 'alignEnd' }}>
                    <BulkActions query={asked} done={devices.reload} />
                  </ToolbarItem>
                )}
              </ToolbarContent>
            </Toolbar>
            {wrong ? (
              <Alert isInline variant="warning" title={m.fleet.queryWrong} className="muster-query-wrong">
                <Said>{wrong.message}</Said>
              </Alert>
            ) : (
              <Shown remote={devices} lines={8}>
                {(page) =>
                  page.items.length === 0 ? <NoDevices asked={asked !== ''} clear={() => search('')} /> : <DeviceTable page={page} label={m.fleet.devices} />
                }
              </Shown>
            )}
          </CardBody>
        </Card>
      </PageSection>
      {!wrong && devices.data !== undefined && devices.data.items.length > 0 && (
        <PageSection isFilled>
          <FleetTelemetry asked={asked} />
        </PageSection>
      )}
    </>
  );
}

const lowerStatuses = (page: Page<Device>): Page<Device> => ({ ...page, items: page.items.map(lowerStatus) });

function NoDevices({ asked, clear }: { asked: boolean; clear: () => void }) {
  return asked ? (
    <Nothing
      searched
      title={m.fleet.nothingTitle}
      action={
        <Button variant="link" onClick={clear}>
          {m.common.clear}
        </Button>
      }
    >
      {m.fleet.nothingText}
    </Nothing>
  ) : (
    <Nothing title={m.fleet.emptyTitle} action={<Link to="/enrolment">{m.fleet.emptyAction}</Link>}>
      {m.fleet.emptyText}
    </Nothing>
  );
}

function QueryHelp({ search }: { search: (q: string) => void }) {
  return (
    <Popover
      headerContent={m.fleet.helpTitle}
      minWidth="24rem"
      bodyContent={(hide) => (
        <dl className="muster-examples">
          {m.fleet.helpExamples.map(([example, meaning]) => (
            <div key={example}>
              <dt>
                <Button
                  variant="link"
                  isInline
                  className="muster-code"
                  onClick={() => {
                    search(example);
                    hide();
                  }}
                >
                  {example}
                </Button>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      )}
    >
      <Button variant="plain" aria-label={m.fleet.helpTitle} icon={<OutlinedQuestionCircleIcon />} />
    </Popover>
  );
}
