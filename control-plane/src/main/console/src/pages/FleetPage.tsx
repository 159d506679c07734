import {
  Alert,
  Button,
  Card,
  CardBody,
  CardTitle,
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
import { lowerStatus, type Device, type Fleet, type Page } from '../api/types';
import { useGet } from '../api/useGet';
import { m } from '../i18n';
import { count } from '../parts/format';
import { DeviceTable } from '../parts/DeviceTable';
import { PageHead } from '../parts/PageHead';
import { QueryBox } from '../parts/QueryBox';
import { Said } from '../parts/Said';
import { Nothing, Shown } from '../parts/States';
import { FleetTelemetry } from './FleetTelemetry';
import { Inventory } from './Inventory';

const ROWS = 25;

/** The fleet: counts on top, then the devices a query selects, page by page from the server. */
export function FleetPage() {
  const [query, setQuery] = useSearchParams();
  const asked = query.get('q') ?? '';
  const devices = useGet<Page<Device>>(path(['devices'], { q: asked, limit: ROWS, cursor: query.get('cursor') }), lowerStatuses);
  const fleet = useGet<Fleet>('/fleet');

  useLive(
    (kind) => kind === 'device',
    () => {
      devices.reload();
      fleet.reload();
    },
  );

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
          <Inventory
            asked={wrong ? '' : asked}
            done={() => {
              devices.reload();
              fleet.reload();
            }}
          />
        }
      />
      {/* What is wrong is said once, below, where the devices would be. */}
      {(fleet.data || !fleet.error) && (
        <PageSection>
          <Shown remote={fleet} lines={2}>
            {(counts) => <Counts fleet={counts} search={search} />}
          </Shown>
        </PageSection>
      )}
      {!wrong && fleet.data !== undefined && fleet.data.devices > 0 && (
        <PageSection>
          <FleetTelemetry asked={asked} />
        </PageSection>
      )}
      <PageSection isFilled>
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

function Counts({ fleet, search }: { fleet: Fleet; search: (q: string) => void }) {
  const share = fleet.devices === 0 ? 0 : Math.round((100 * fleet.online) / fleet.devices);
  return (
    <div className="muster-counts">
      <Number title={m.fleet.devices} value={fleet.devices} />
      <Number title={m.fleet.online} value={fleet.online} {...(fleet.devices > 0 ? { hint: m.fleet.ofAll(share) } : {})} />
      <Number title={m.fleet.rollouts} value={fleet.rolloutsInFlight} to="/rollouts" />
      <Split title={m.fleet.byStatus} counts={fleet.byStatus} words={m.status} field="status" search={search} />
      <Split title={m.fleet.byImage} counts={fleet.byImage} field="image" search={search} />
      <Split title={m.fleet.bySite} counts={fleet.bySite} field="site" search={search} />
    </div>
  );
}

function Number({ title, value, hint, to }: { title: string; value: number; hint?: string; to?: string }) {
  return (
    <Card isCompact>
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>
        <span className="muster-number">{to ? <Link to={to}>{count(value)}</Link> : count(value)}</span>
        {hint && <span className="muster-quiet"> {hint}</span>}
      </CardBody>
    </Card>
  );
}

const SPLIT_ROWS = 3;

/** The largest groups of one kind; each leads to its devices. */
function Split({
  title,
  counts,
  field,
  words,
  search,
}: {
  title: string;
  counts: Record<string, number>;
  field: string;
  words?: Record<string, string>;
  search: (q: string) => void;
}) {
  const groups = Object.entries(counts)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a);
  return (
    <Card isCompact>
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>
        {groups.length === 0 && <span className="muster-quiet">{m.common.none}</span>}
        <ul className="muster-split">
          {groups.slice(0, SPLIT_ROWS).map(([name, n]) => (
            <li key={name}>
              <Button variant="link" isInline onClick={() => search(`${field}==${quoted(name)}`)}>
                {(words?.[name] ?? name) || m.common.none}
              </Button>
              <span>{count(n)}</span>
            </li>
          ))}
        </ul>
        {groups.length > SPLIT_ROWS && <span className="muster-quiet">{m.fleet.more(groups.length - SPLIT_ROWS)}</span>}
      </CardBody>
    </Card>
  );
}

/** RSQL wants quotes around anything but plain words. */
function quoted(value: string): string {
  return /^[\w.-]+$/.test(value) ? value : "'" + value.replace(/\\/g, '\\\\').replace(/'/g, "\\'") + "'";
}
