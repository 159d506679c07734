import { describe, expect, it } from 'vitest';
import { isShown, states, STEPS } from './tour';

describe('The first steps', () => {
  it('are shown to an empty fleet, then to whoever began them, until they are closed', () => {
    expect(isShown(null, false, 0)).toBe(true);
    expect(isShown(null, false, 40_000)).toBe(false);
    expect(isShown('begun', false, 3)).toBe(true);
    expect(isShown('dismissed', false, 0)).toBe(false);
  });

  it('are shown to whoever asks, at any time', () => {
    expect(isShown('dismissed', true, 3)).toBe(true);
    expect(isShown(null, true, 3)).toBe(true);
  });

  it('lead on to the first one that is not done, in whatever order the others were', () => {
    const nothing = { device: 0, group: 0, rollout: 0, policy: 0 };
    expect(states(nothing)).toEqual({ device: 'next', group: 'later', rollout: 'later', policy: 'later' });
    expect(states({ ...nothing, device: 2, rollout: 1 })).toEqual({ device: 'done', group: 'next', rollout: 'done', policy: 'later' });
    expect(Object.values(states({ device: 1, group: 1, rollout: 1, policy: 1 }))).toEqual(STEPS.map(() => 'done'));
  });

  it('call nothing done that is not known', () => {
    expect(states({ device: 1, group: undefined, rollout: undefined, policy: 1 }).group).toBe('next');
  });
});
