// What `/artifacts` and `/releases` answer.

export interface Signature {
  verdict: 'unsigned' | 'unknown-signer' | 'verified';
  signer?: string;
  certificateSha256?: string;
  root?: string;
}

export interface Profile {
  debug: boolean;
  distribution: string;
  apl: string;
  notAfter?: string;
  acls?: string[];
}

export interface AppDetails {
  bundle: string;
  versionName: string;
  apl: string;
  permissions: string[];
  format: string;
  minApi: number;
  targetApi: number;
  debug: boolean;
  deviceTypes: string[];
  modules: Record<string, string>;
  signature: Partial<Signature>;
  profile: Profile | null;
}

export interface OtaDetails {
  productId: string;
  softwareVersion: string;
  made: string;
  diff: boolean;
  boards: string[];
  versions: string[];
  components: { address: string; diff: boolean; version: string; size: number; sha256: string }[];
  signature: Partial<Signature>;
}

/** One reason why an artifact is kept. */
export interface Use {
  kind: 'release' | 'rollout' | 'desired' | 'earlier' | 'draft' | 'removal' | 'publisher';
  id: string;
  text: string;
}

export interface Artifact {
  sha256: string;
  length: number;
  kind: string;
  name: string;
  version: string;
  versionCode: number;
  hardware: string;
  releaseCounter: number;
  path: string;
  signer: string;
  uploadedAt: string;
  uploadedBy: string;
  uploadedByName: string;
  app: AppDetails | null;
  ota: OtaDetails | null;
  usedBy: Use[] | null;
}

/** An upload on its way. */
export interface OpenUpload {
  id: string;
  kind: string;
  name: string | null;
  version: string | null;
  hardware: string | null;
  releaseCounter: number | null;
  fileName: string;
  length: number;
  sha256: string | null;
  received: number;
  expiresAt: string;
  createdBy: string;
  createdByName: string;
  yours: boolean;
}

export interface ReleaseTarget {
  name: string;
  sha256: string;
  version: string;
  hardware: string;
}

/** What a device must be before a release comes to it; what is left out is not asked. */
export interface Requires {
  agent?: string | null;
  image?: string | null;
  api?: number | null;
  apl?: string | null;
  apps?: { bundle: string; versionCode: number }[] | null;
  releases?: { name: string; version: string }[] | null;
}

export interface FullRelease {
  id: string;
  name: string;
  version: string;
  targets: ReleaseTarget[];
  absent: string[];
  requires?: Requires | null;
  createdAt: string;
  createdBy: string;
  createdByName: string;
  withdrawnAt: string | null;
}

export const signatureOf = (artifact: Artifact): Partial<Signature> => artifact.app?.signature ?? artifact.ota?.signature ?? {};

/** The name that a release and a device know it by. */
export const targetOf = (artifact: Artifact): string => (artifact.kind === 'app' ? `app/${artifact.name}` : artifact.kind);

/** What a release asks of a device, one line each. */
export function required(requires: Requires | null | undefined, words: { agent: string; image: string; api: string; apl: string; app: string; release: string }): [string, string][] {
  const lines: [string, string | null | undefined][] = [
    [words.agent, requires?.agent],
    [words.image, requires?.image],
    [words.api, requires?.api?.toString()],
    [words.apl, requires?.apl],
    ...(requires?.apps ?? []).map((app): [string, string] => [words.app, `${app.bundle} ${app.versionCode}`]),
    ...(requires?.releases ?? []).map((release): [string, string] => [words.release, `${release.name} ${release.version}`]),
  ];
  return lines.flatMap(([term, value]): [string, string][] => (value ? [[term, value]] : []));
}

/** Devices refuse what its publisher has not signed yet. */
export const waits = (artifact: Artifact): boolean => (artifact.usedBy ?? []).some((use) => use.kind === 'draft');
