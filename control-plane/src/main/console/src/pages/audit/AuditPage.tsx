import { Alert, Button, Card, CardBody, Flex, PageSection } from '@patternfly/react-core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { AuditEntry } from '../../api/audit';
import { ApiError, path } from '../../api/client';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { PageHead } from '../../parts/PageHead';
import { Pager } from '../../parts/Pager';
import { Said } from '../../parts/Said';
import { download } from '../../parts/save';
import { Nothing, Shown } from '../../parts/States';
import { useMayEverywhere } from '../../parts/useRoles';
import { ChainCard } from './ChainCard';
import { Entries } from './Entries';
import { FILTERS, Filters, type Filter } from './Filters';

const PAGE = 25;

/** The trail, what is asked of it, and whether its chain holds. */
export function AuditPage() {
  const [query, setQuery] = useSearchParams();
  const filter = Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? ''])) as Filter;
  const filtered = FILTERS.some((name) => filter[name] !== '');
  const entries = useGet<Page<AuditEntry>>(path(['audit'], { ...filter, limit: PAGE, cursor: query.get('cursor') }));
  const admin = useMayEverywhere('admin');
  const show = (wanted: Filter) =>
    setQuery(Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== '')));

  return (
    <>
      <PageHead title={m.audit.title} text={m.audit.text} {...(admin ? { actions: <Exports filter={filter} /> } : {})} />
      <PageSection isFilled>
        {admin && <ChainCard looked={entries.reload} />}
        <Card className="muster-flush muster-gap-top">
          <CardBody>
            <Filters filter={filter} show={show} />
            <Shown remote={entries} lines={8}>
              {(page) =>
                page.items.length === 0 ? (
                  <Nothing title={filtered ? m.audit.noMatchTitle : m.audit.emptyTitle} searched={filtered}>
                    {filtered ? m.audit.noMatchText : m.audit.emptyText}
                  </Nothing>
                ) : (
                  <>
                    <Entries entries={page.items} />
                    <Pager next={page.next} />
                  </>
                )
              }
            </Shown>
          </CardBody>
        </Card>
      </PageSection>
    </>
  );
}

/** What is shown, as a file. */
function Exports({ filter }: { filter: Filter }) {
  const [busy, setBusy] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const take = async (format: 'ndjson' | 'cef') => {
    setBusy(format);
    setFailure(undefined);
    try {
      await download(path(['audit', 'export'], { ...filter, format }), `audit.${format}`);
    } catch (error) {
      setFailure(error instanceof ApiError ? error.message : String(error));
    }
    setBusy(undefined);
  };
  return (
    <>
      <Flex gap={{ default: 'gapSm' }}>
        <Button variant="secondary" isLoading={busy === 'ndjson'} isDisabled={busy !== undefined} onClick={() => void take('ndjson')}>
          {m.audit.exportNdjson}
        </Button>
        <Button variant="secondary" isLoading={busy === 'cef'} isDisabled={busy !== undefined} onClick={() => void take('cef')}>
          {m.audit.exportCef}
        </Button>
      </Flex>
      {failure && (
        <Alert isInline isPlain variant="danger" title={m.audit.exportFailed}>
          <Said>{failure}</Said>
        </Alert>
      )}
    </>
  );
}
