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
