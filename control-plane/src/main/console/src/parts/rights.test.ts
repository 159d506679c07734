import { describe, expect, it } from 'vitest';
import { reach } from './rights';

describe('reach', () => {
  it('gives viewer with every role, and everything with admin', () => {
    expect(reach([{ role: 'operator', selector: 'site==north' }], 'viewer').on).toEqual(['site==north']);
    expect(reach([{ role: 'operator', selector: 'site==north' }], 'release-manager').any).toBe(false);
    expect(reach([{ role: 'admin' }], 'security-officer')).toEqual({ any: true, everywhere: true, on: [''], except: [] });
  });

  it('never adds two bindings up to a right that neither gives', () => {
    const bindings = [
      { role: 'operator', selector: 'site==north' },
      { role: 'release-manager', selector: 'tag==lab' },
    ];
    expect(reach(bindings, 'operator').on).toEqual(['site==north']);
    expect(reach(bindings, 'release-manager').on).toEqual(['tag==lab']);
    expect(reach(bindings, 'viewer').on).toEqual(['site==north', 'tag==lab']);
  });

  it('lets a deny take its role, and what builds on it, away from every device', () => {
    const bindings = [{ role: 'admin' }, { role: 'operator', deny: true }];
    expect(reach(bindings, 'operator').any).toBe(false);
    expect(reach(bindings, 'admin').any).toBe(false);
    expect(reach(bindings, 'viewer')).toEqual({ any: true, everywhere: true, on: [''], except: [] });
  });

  it('lets a deny on some devices leave the rest, but no longer the whole fleet', () => {
    const bindings = [{ role: 'admin' }, { role: 'viewer', selector: 'tag==blast', deny: true }];
    expect(reach(bindings, 'operator')).toEqual({ any: true, everywhere: false, on: [''], except: ['tag==blast'] });
  });

  it('never gives anything by a deny', () => {
    expect(reach([{ role: 'operator', selector: 'site==north', deny: true }], 'viewer').any).toBe(false);
  });

  it('gives nothing where nothing is bound', () => {
    expect(reach([], 'viewer')).toEqual({ any: false, everywhere: false, on: [], except: [] });
  });
});
