// Sentences about remote help.

export const help = {
  open: (kind: string, who: string) => `Remote help is open: ${kind}, by ${who}`,
  calling: (kind: string, who: string) => `The device is called for remote help: ${kind}, by ${who}`,
  kinds: { terminal: 'a terminal', get: 'a file is fetched', put: 'a file is put', forward: 'a port is forwarded' } as Record<string, string>,
  until: 'until',
  end: 'End it',
};
