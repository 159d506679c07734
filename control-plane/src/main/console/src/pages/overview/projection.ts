import type { Spot } from '../../api/overview';

/** A part of the world, in degrees. */
export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

export const WIDTH = 720;
export const HEIGHT = 300;

/** Sites of one town must not fill the map as if it were a continent. */
const LEAST_DEGREES = 0.02;

/** `west,south,east,north`, as the API takes it; undefined for anything else. */
export function parseBox(text: string | null): Box | undefined {
  const sides = (text ?? '').split(',').map(Number);
  const [west, south, east, north] = sides;
  if (sides.length !== 4 || west === undefined || south === undefined || east === undefined || north === undefined) {
    return undefined;
  }
  return west >= -180 && east <= 180 && south >= -90 && north <= 90 && west < east && south < north ? { west, south, east, north } : undefined;
}

export const writeBox = ({ west, south, east, north }: Box): string => [west, south, east, north].map((side) => String(Number(side.toFixed(4)))).join(',');

/** The box around spots, with a margin. */
export function around(spots: Spot[]): Box {
  const west = Math.min(...spots.map((spot) => spot.west));
  const east = Math.max(...spots.map((spot) => spot.east));
  const south = Math.min(...spots.map((spot) => spot.south));
  const north = Math.max(...spots.map((spot) => spot.north));
  const wide = Math.max(LEAST_DEGREES, (east - west) * 0.15);
  const high = Math.max(LEAST_DEGREES, (north - south) * 0.25);
  return {
    west: Math.max(-180, west - wide),
    east: Math.min(180, east + wide),
    south: Math.max(-90, south - high),
    north: Math.min(90, north + high),
  };
}

/** Where a point of the box is drawn: equirectangular, true to length at the middle of the box, and filling the picture. */
export function projection(box: Box): { x: (longitude: number) => number; y: (latitude: number) => number; shown: Box } {
  const middle = { longitude: (box.west + box.east) / 2, latitude: (box.south + box.north) / 2 };
  // A degree of longitude is shorter than one of latitude; at the poles nothing would be left of it.
  const squeeze = Math.max(0.2, Math.cos((middle.latitude * Math.PI) / 180));
  const scale = Math.min(WIDTH / ((box.east - box.west) * squeeze), HEIGHT / (box.north - box.south));
  const wide = WIDTH / scale / squeeze / 2;
  const high = HEIGHT / scale / 2;
  return {
    x: (longitude) => WIDTH / 2 + (longitude - middle.longitude) * squeeze * scale,
    y: (latitude) => HEIGHT / 2 - (latitude - middle.latitude) * scale,
    shown: {
      west: middle.longitude - wide,
      east: middle.longitude + wide,
      south: middle.latitude - high,
      north: middle.latitude + high,
    },
  };
}

/** Round degrees between two sides, at most `most` of them. */
export function lines(from: number, to: number, most: number): number[] {
  const steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45, 90];
  const step = steps.find((size) => (to - from) / size <= most) ?? 90;
  const found: number[] = [];
  for (let n = Math.ceil(from / step); n * step <= to; n++) {
    found.push(Number((n * step).toFixed(4)));
  }
  return found;
}
