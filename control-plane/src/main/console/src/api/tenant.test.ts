import { describe, expect, it } from 'vitest';
import { tenantOf } from './tenant';

describe('The tenant of a tab', () => {
  it('is the one in the address, else the one that was kept', () => {
    expect(tenantOf('?tenant=north', 'south')).toBe('north');
    expect(tenantOf('?tab=roles', 'south')).toBe('south');
    expect(tenantOf('', null)).toBe('');
  });

  it('is never what no tenant can be called', () => {
    expect(tenantOf('?tenant=', 'south')).toBe('');
    expect(tenantOf('?tenant=No%0Asuch', null)).toBe('');
  });
});
