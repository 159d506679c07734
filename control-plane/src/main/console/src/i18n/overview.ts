// The sentences of the first page, the search and saved views.

import { number } from './language';

const plural = (n: number, one: string, more: string) => (n === 1 ? one : more);

export const overview = {
  title: 'Overview',
  devices: 'Devices',
  online: (n: number, share: string) => `${number(n)} online (${share})`,
  retired: (n: number) => `${number(n)} retired`,
  document: {
    title: 'What each device must be, and whether it is',
    hint: 'Active devices, by how they stand to their signed document',
    label: 'Active devices by how they stand to their signed document',
    none: 'No active device yet.',
    states: {
      inStep: 'As it must be',
      differs: 'Differs',
      behind: 'On its way',
      away: 'Not connected',
      unasked: 'Nothing asked',
    } as Record<string, string>,
    hints: {
      inStep: 'Has reported the newest document, and every target is in force.',
      differs: 'Has reported the newest document and is not, or not yet, what it says.',
      behind: 'Is connected and has not reported the newest document yet.',
      away: 'Is not connected: it gets the newest document when it comes back.',
      unasked: 'No rollout and no policy has asked anything of it.',
    } as Record<string, string>,
  },
  permissions: 'Permissions',
  permissionsHint: 'Whether devices hold the policy that is meant for them',
  rollouts: 'Rollouts in flight',
  noRollouts: 'No rollout is under way.',
  startOne: 'New rollout',
  allRollouts: (n: number) => `All ${number(n)}`,
  alerts: 'Alerts',
  noAlerts: 'Nothing fires.',
  allAlerts: 'All alerts',
  firing: (n: number, severity: string) => `${number(n)} ${severity}`,
  at: (site: string) => `at ${site}`,
  waiting: 'Waiting for a person',
  nothingWaits: 'Nothing waits for anybody.',
  since: 'since',
  kinds: {
    'four-eyes': (n: number) => plural(n, '1 change waits for a second person', `${number(n)} changes wait for a second person`),
    wave: (n: number) => plural(n, '1 wave waits for approval', `${number(n)} waves wait for approval`),
    'freeze-override': (n: number) => plural(n, '1 rollout asks to go on in a freeze', `${number(n)} rollouts ask to go on in a freeze`),
    enrolment: (n: number) => plural(n, '1 device waits to be let in', `${number(n)} devices wait to be let in`),
    permission: (n: number) => plural(n, '1 app asks for a permission', `${number(n)} requests for permissions by apps`),
    signature: (n: number) => plural(n, '1 draft waits for signatures', `${number(n)} drafts wait for signatures`),
  } as Record<string, (n: number) => string>,
  byStatus: 'By status',
  byImage: 'By image version',
  bySite: 'By site',
  noImage: 'not reported',
  noSite: 'no site',
  rest: (n: number) => `and ${number(n)} more`,
  map: {
    title: 'Sites',
    label: 'Map of the sites',
    hint: 'Size: devices. Red with !: alerts fire there.',
    whole: 'Whole map',
    unplaced: (n: number) => plural(n, '1 site has no location yet', `${number(n)} sites have no location yet`),
    place: 'Say where they are',
    none: 'No site is on the map yet.',
    spot: (names: string, sites: number, devices: number, online: number, alerts: number) =>
      `${names}: ${plural(sites, '1 site', `${number(sites)} sites`)}, ${plural(devices, '1 device', `${number(devices)} devices`)}, ` +
      `${number(online)} online${alerts > 0 ? `, ${plural(alerts, '1 alert', `${number(alerts)} alerts`)}` : ''}`,
    more: (name: string, n: number) => `${name} and ${number(n)} more`,
    north: 'N',
    south: 'S',
    east: 'E',
    west: 'W',
  },
  tour: {
    title: 'First steps',
    text: 'From an empty fleet to one that is what it must be.',
    progress: (done: number, all: number) => `${number(done)} of ${number(all)} done`,
    done: 'Done',
    next: 'Next',
    later: 'Later',
    needs: (role: string) => `Needs the role ${role}.`,
    dismiss: 'Not now',
    finish: 'Close',
    again: 'The menu of your account brings them back at any time.',
    allDone: 'From here on it is the same again, with more devices.',
    steps: {
      device: {
        title: 'Let a device in',
        text: 'Create a token and run its one line on the device. Its agent then connects by itself.',
        links: [['/enrolment', 'Create a token']] as [string, string][],
      },
      group: {
        title: 'Make a group',
        text: 'Devices that you list, or a query that devices join by themselves. Rollouts and settings go to groups.',
        links: [['/groups', 'Make a group']] as [string, string][],
      },
      rollout: {
        title: 'Roll something out',
        text: 'An image or an app becomes a release, and goes to the group in waves, with a gate after each.',
        links: [
          ['/artifacts', 'Upload it'],
          ['/releases/new', 'Make a release'],
          ['/rollouts/new', 'Roll it out'],
        ] as [string, string][],
      },
      policy: {
        title: 'Say what apps may do',
        text: 'Roles and bindings. You see what they change on which device before you publish them.',
        links: [['/permissions/edit', 'Write a policy']] as [string, string][],
      },
    },
  },
};

export const search = {
  label: 'Search everything',
  placeholder: 'Search: /',
  results: 'Found',
  none: 'Nothing begins like that.',
  failed: 'The search did not work.',
  kinds: {
    device: 'Device',
    site: 'Site',
    group: 'Group',
    rollout: 'Rollout',
    release: 'Release',
    app: 'App',
    policy: 'Policy',
  } as Record<string, string>,
};

export const views = {
  menu: 'Views',
  mine: 'Yours',
  shared: 'Shared with you',
  none: 'No saved views yet.',
  everyDevice: 'every device',
  by: (who: string) => `by ${who}`,
  save: 'Save this query…',
  saveTitle: 'Save this query as a view',
  saveText: 'The query under a name, to come back to. It shows each person what they may see.',
  name: 'Name',
  query: 'Query',
  share: 'Show it to everybody of the tenant',
  submit: 'Save',
  remove: (name: string) => `Delete the view ${name}`,
  removeTitle: (name: string) => `Delete the view ${name}?`,
  removeText: 'The devices stay. Whoever else uses the view does not find it any more.',
  removeAction: 'Delete',
};

export const bulk = {
  menu: 'With all of these',
  command: 'Run a command…',
  rollout: 'Roll something out…',
  actions: {
    suspend: {
      item: 'Suspend…',
      title: 'Suspend these devices?',
      text: 'Their connections are cut within a second. What is in force on them stays in force.',
      action: 'Suspend',
    },
    resume: { item: 'Resume…', title: 'Resume these devices?', text: 'They may connect again and are brought to their desired state.', action: 'Resume' },
    retire: {
      item: 'Retire…',
      title: 'Retire these devices?',
      text: 'Their certificates end at once. A retired device must be enrolled anew to come back.',
      action: 'Retire',
    },
  },
  whom: (n: number, query: string) =>
    `${plural(n, '1 device changes', `${number(n)} devices change`)}${query ? `: those of \`${query}\`` : ', of the whole fleet'}.`,
  left: (n: number) => plural(n, '1 more stays as it is.', `${number(n)} more stay as they are.`),
  tooMany: (most: number) => `At most ${number(most)} at a time: narrow the query.`,
  reached: (n: number) => plural(n, 'Goes to 1 active device.', `Goes to ${number(n)} active devices.`),
};
