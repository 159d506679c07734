// Which tenant this tab acts in. `?tenant=north` in the address says it; the tab keeps it, and new tabs begin with the last one.

const KEY = 'muster-tenant';
const NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** The tenant that an address names, else the one kept; empty where the server is to choose. What no tenant can be called is no name. */
export function tenantOf(search: string, kept: string | null): string {
  const named = new URLSearchParams(search).get('tenant') ?? kept ?? '';
  return NAME.test(named) ? named : '';
}

function remembered(): string {
  const tenant = tenantOf(window.location.search, window.sessionStorage.getItem(KEY) ?? window.localStorage.getItem(KEY));
  window.sessionStorage.setItem(KEY, tenant);
  window.localStorage.setItem(KEY, tenant);
  return tenant;
}

/** Sent with every request; the server decides whether the person may. */
export const tenant: string = typeof window === 'undefined' ? '' : remembered();
