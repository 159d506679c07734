import { User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { useTokensOf } from '../api/client';
import type { Config } from '../api/types';

/** Where the OpenID provider sends the browser back to. */
const CALLBACK = '/console/login';

/** A login that is in place, and how to end it. */
export interface Login {
  name: string;
  logout: () => void;
}

/**
 * Logs in by authorization code with PKCE. Leaves the page for the provider when there is no login yet: the promise then
 * never settles. The address asked for survives the way there and back.
 */
export async function login(config: Config): Promise<Login> {
  const origin = window.location.origin;
  const manager = new UserManager({
    authority: config.issuer,
    client_id: config.consoleClient,
    redirect_uri: origin + CALLBACK,
    post_logout_redirect_uri: origin + '/console/',
    response_type: 'code',
    scope: 'openid profile',
    // This tab only, gone with it; never in a cookie.
    userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    automaticSilentRenew: true,
  });

  const user = (await returned(manager)) ?? (await usable(manager));
  if (!user) {
    await manager.signinRedirect({ state: addressAsked() });
    return new Promise(() => undefined);
  }

  let renewing: Promise<boolean> | undefined;
  useTokensOf({
    token: async () => (await manager.getUser())?.access_token ?? '',
    renew: () => {
      renewing ??= renew(manager).finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
  });
  return {
    name: user.profile.name ?? user.profile.preferred_username ?? user.profile.sub,
    logout: () => void manager.signoutRedirect(),
  };
}

/** Back from the provider: takes the code out of the address and puts the asked address in its place. */
async function returned(manager: UserManager): Promise<User | undefined> {
  if (window.location.pathname !== CALLBACK || !new URLSearchParams(window.location.search).has('state')) {
    return undefined;
  }
  try {
    const user = await manager.signinCallback();
    window.history.replaceState(null, '', safeAddress(user?.state));
    return user;
  } catch (error) {
    // Reloading the callback's address finds its state used up; starting over is all that helps.
    window.history.replaceState(null, '', '/console/');
    if (error instanceof Error && /state|code/i.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

async function usable(manager: UserManager): Promise<User | undefined> {
  const kept = await manager.getUser();
  if (!kept) {
    return undefined;
  }
  if (!kept.expired) {
    return kept;
  }
  return (await manager.signinSilent().catch(() => null)) ?? undefined;
}

async function renew(manager: UserManager): Promise<boolean> {
  const renewed = await manager.signinSilent().catch(() => null);
  if (renewed) {
    return true;
  }
  await manager.signinRedirect({ state: addressAsked() });
  return false;
}

function addressAsked(): string {
  return window.location.pathname === CALLBACK ? '/console/' : window.location.pathname + window.location.search;
}

/** Only ever an address of the console: the state came through the provider. */
function safeAddress(state: unknown): string {
  return typeof state === 'string' && state.startsWith('/console/') ? state : '/console/';
}
