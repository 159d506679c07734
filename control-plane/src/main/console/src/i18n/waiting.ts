// The sentences of devices that wait to be let in.

export const waiting = {
  title: 'Devices that wait',
  hint: 'What a device says of itself is its own word. Compare the key with what its agent shows before you let it in.',
  show: 'Which to show',
  shows: { waiting: 'Waiting', rejected: 'Rejected', approved: 'Approved', expired: 'Expired', all: 'All' } as Record<string, string>,
  states: { waiting: 'waits', approved: 'approved', rejected: 'rejected', expired: 'expired' } as Record<string, string>,
  emptyTitle: 'No device waits',
  emptyText: 'A device that comes with a token or a factory certificate that asks for approval is listed here until somebody lets it in.',
  columns: { device: 'Device', state: 'State', key: 'Key', from: 'From', asked: 'Asked' },
  takesPlace: (device: string) => `Takes the place of ${device}, which waits for this hardware`,
  approve: 'Let in',
  approveOf: (device: string) => `Let ${device} in`,
  approveTitle: 'Let this device in?',
  approveText: 'It gets a certificate when it asks next. Its key, as its agent shows it:',
  reject: 'Reject',
  rejectOf: (device: string) => `Reject ${device}`,
  rejectTitle: 'Reject this device?',
  rejectText: 'This key is refused until somebody lets it in. Its key, as its agent shows it:',
  name: 'Name of the device',
  reason: 'Why',
  reasonHint: 'The device is told, and writes it into its log.',
};
