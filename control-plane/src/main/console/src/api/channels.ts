// What `/channels` answers.

export interface ChannelRelease {
  id: string;
  name: string;
  version: string;
  hardware: string[];
  since: string;
  by: string;
  byName: string;
  note: string;
}

export interface Channel {
  name: string;
  releases: ChannelRelease[];
}

/** The channels that a release has reached, in the order of promotion; the last one is where it stands. */
export function reached(channels: Channel[], release: string): string[] {
  const furthest = channels.findIndex((channel) => channel.releases.some((held) => held.id === release));
  return channels.slice(0, furthest + 1).map((channel) => channel.name);
}

export interface ChannelMove {
  release: string;
  name: string;
  version: string;
  action: 'promote' | 'demote' | 'withdraw';
  from: string;
  to: string;
  at: string;
  by: string;
  byName: string;
  note: string;
}
