import { describe, expect, it } from 'vitest';
import { pageOf } from '../../api/overview';
import { order } from './order';

describe('The first page', () => {
  it('begins with what each person came for', () => {
    expect(order([{ role: 'approver' }])[0]).toBe('waiting');
    expect(order([{ role: 'release-manager' }])[0]).toBe('rollouts');
    expect(order([{ role: 'security-officer' }])[0]).toBe('permissions');
    expect(order([{ role: 'operator', selector: 'site==north' }])[0]).toBe('alerts');
    expect(order([{ role: 'viewer' }])[0]).toBe('alerts');
  });

  it('shows everybody the same cards', () => {
    const all = [...order(undefined)].sort();
    for (const role of ['admin', 'approver', 'release-manager', 'security-officer', 'operator']) {
      expect([...order([{ role }])].sort()).toEqual(all);
    }
  });
});

describe('What was found', () => {
  const item = (kind: string, id: string, name = id) => pageOf({ kind, id, name, detail: '' });

  it('has a page of its own', () => {
    expect(item('device', 'gw/press 1')).toBe('/devices/gw%2Fpress%201');
    expect(item('policy', 'role/pit crew')).toBe('/permissions/edit/role/pit%20crew');
    expect(item('site', 'north')).toBe('/devices?q=site%3D%3Dnorth');
  });
});
