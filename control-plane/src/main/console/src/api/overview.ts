import type { Severity } from './alerts';

// The shapes of `GET /overview`, `/overview/map`, `/search` and `/views`.

export interface OverviewRollout {
  id: string;
  name: string;
  kind: string;
  state: string;
  reason: string;
  devices: number;
  succeeded: number;
  failed: number;
}

export interface OverviewAlert {
  rule: string;
  site: string;
  severity: Severity;
  alerts: number;
  since: string | null;
}

export interface Waiting {
  kind: string;
  count: number;
  since: string | null;
  id: string;
  what: string;
}

export interface Overview {
  devices: {
    devices: number;
    online: number;
    document: Record<string, number>;
    byStatus: Record<string, number>;
    byImage: Record<string, number>;
    bySite: Record<string, number>;
  };
  compliance: Record<string, number>;
  rolloutsInFlight: number;
  rollouts: OverviewRollout[];
  firing: Record<string, number>;
  alerts: OverviewAlert[];
  waiting: Waiting[];
}

/** Sites that lie close together; the box is around them. */
export interface Spot {
  latitude: number;
  longitude: number;
  west: number;
  south: number;
  east: number;
  north: number;
  sites: number;
  names: string[];
  devices: number;
  online: number;
  alerts: number;
}

export interface SiteMap {
  spots: Spot[];
  unplaced: number;
}

export interface FoundItem {
  kind: string;
  id: string;
  name: string;
  detail: string;
}

export interface SavedView {
  id: string;
  name: string;
  query: string;
  shared: boolean;
  ownerName: string;
  mine: boolean;
  revision: number;
}

/** Where something that was found has its page. */
export function pageOf({ kind, id, name }: FoundItem): string {
  const part = encodeURIComponent(id);
  switch (kind) {
    case 'device':
      return `/devices/${part}`;
    case 'site':
      return `/devices?q=${encodeURIComponent('site==' + name)}`;
    case 'group':
      return `/groups/${part}`;
    case 'rollout':
      return `/rollouts/${part}`;
    case 'release':
      return `/releases/${part}`;
    case 'app':
      return `/artifacts/${part}`;
    default:
      return '/permissions/edit/' + id.split('/').map(encodeURIComponent).join('/');
  }
}
