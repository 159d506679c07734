import { describe, expect, it } from 'vitest';
import { around, HEIGHT, lines, parseBox, projection, WIDTH, writeBox } from './projection';

const spot = (latitude: number, longitude: number) => ({
  latitude,
  longitude,
  west: longitude,
  east: longitude,
  south: latitude,
  north: latitude,
  sites: 1,
  names: [],
  devices: 1,
  online: 1,
  alerts: 0,
});

describe('The map', () => {
  it('shows all it is asked to', () => {
    const { x, y } = projection(around([spot(51.5, 7.2), spot(31.2, 121.5), spot(-33.9, 18.4)]));
    for (const [latitude, longitude] of [[51.5, 7.2], [31.2, 121.5], [-33.9, 18.4]] as const) {
      expect(x(longitude)).toBeGreaterThan(0);
      expect(x(longitude)).toBeLessThan(WIDTH);
      expect(y(latitude)).toBeGreaterThan(0);
      expect(y(latitude)).toBeLessThan(HEIGHT);
    }
  });

  it('has north above and east at the right', () => {
    const { x, y } = projection({ west: 0, south: 40, east: 20, north: 60 });
    expect(y(60)).toBeLessThan(y(40));
    expect(x(20)).toBeGreaterThan(x(0));
  });

  it('can show a single place', () => {
    const box = around([spot(90, 180)]);
    expect(box.west).toBeLessThan(box.east);
    expect(parseBox(writeBox(box))).toBeDefined();
  });

  it('takes no part of the world that is none', () => {
    expect(parseBox('1,2,3')).toBeUndefined();
    expect(parseBox('10,0,5,20')).toBeUndefined();
    expect(parseBox('x,0,5,20')).toBeUndefined();
    expect(parseBox(null)).toBeUndefined();
    expect(parseBox('-10,35,30,60')).toEqual({ west: -10, south: 35, east: 30, north: 60 });
  });

  it('draws round degrees, never many', () => {
    expect(lines(0.5, 4.5, 6)).toEqual([1, 2, 3, 4]);
    expect(lines(-180, 180, 8).length).toBeLessThanOrEqual(9);
  });
});
