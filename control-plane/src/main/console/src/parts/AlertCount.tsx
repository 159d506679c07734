import { Badge } from '@patternfly/react-core';
import type { AlertCounts } from '../api/alerts';
import { path } from '../api/client';
import { useLive } from '../api/live';
import { useGet } from '../api/useGet';
import { m } from '../i18n';

/** How many alerts fire that nobody has taken, beside the navigation's entry; nothing where none does. */
export function AlertCount() {
  const counts = useGet<AlertCounts>(path(['alerts', 'counts']));
  useLive((kind) => kind === 'alert', counts.reload);
  const loud = counts.data?.loud ?? 0;
  return loud === 0 ? null : (
    <Badge screenReaderText={m.alerts.openInNav(loud)} className="muster-count">
      {loud > 999 ? '999+' : loud}
    </Badge>
  );
}
