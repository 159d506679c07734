import { describe, expect, it } from 'vitest';
import { required } from './artifacts';
import { reached, type Channel } from './channels';

const words = { agent: 'agent', image: 'image', api: 'api', apl: 'apl', app: 'app', release: 'release' };

describe('what a release requires', () => {
  it('is one line for each thing that is asked, and none where nothing is', () => {
    expect(required({ agent: '1.2', api: 12, apps: [{ bundle: 'com.example.pump', versionCode: 3 }], releases: [{ name: 'os', version: '2' }] }, words)).toEqual([
      ['agent', '1.2'],
      ['api', '12'],
      ['app', 'com.example.pump 3'],
      ['release', 'os 2'],
    ]);
    expect(required({ agent: null, apps: [] }, words)).toEqual([]);
    expect(required(undefined, words)).toEqual([]);
  });
});

describe('the channels that a release has reached', () => {
  const held = (id: string) => ({ id, name: 'os', version: '1', hardware: [], since: '', by: '', byName: '', note: '' });
  const channels: Channel[] = [
    { name: 'dev', releases: [held('new')] },
    { name: 'beta', releases: [held('tried')] },
    { name: 'stable', releases: [] },
  ];

  it('are those up to where it stands', () => {
    expect(reached(channels, 'tried')).toEqual(['dev', 'beta']);
    expect(reached(channels, 'new')).toEqual(['dev']);
  });

  it('are none for one that stands nowhere', () => {
    expect(reached(channels, 'other')).toEqual([]);
  });
});
