import type { Unit } from '../storage/index.ts';

/** Who asks. `name` is the e-mail of a person or the id of a machine account; unique. */
export interface Principal {
  readonly id: number;
  readonly name: string;
  readonly kind: 'person' | 'machine';
  /** Platform admin: every permission on every resource. */
  readonly admin: boolean;
}

/**
 * What a role may do, by permission names like `nhn-deploy.run`. Dialects register their roles as `<dialect>:<ROLE>`.
 * Core permissions: `rollouts.read`, `rollouts.cancel`, `hosts.read`, `hosts.manage`, `principals.manage`,
 * `ledger.read`, `declaration.apply`.
 */
export interface Role {
  readonly name: string;
  readonly permissions: readonly string[];
}

/** A role on a resource path (`/nhn-deploy/projects/1`), covering what is below it. */
export interface Grant {
  readonly principalId: number;
  readonly role: string;
  readonly resource: string;
}

/** A user access key without its secret. */
export interface AccessKey {
  readonly id: string;
  readonly principalId: number;
  /** Seconds that tokens made with this key live (60 to 86,400); applies to tokens issued later. */
  readonly tokenLifetimeSeconds: number;
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

/** The most live keys that one principal has. */
export const accessKeysPerPrincipal = 5;

/** Principals, what they prove themselves with, and what they may do. All secrets are stored hashed. */
export interface Identity {
  registerRole(role: Role): void;
  /**
   * Undefined for an unknown key, a wrong secret, a revoked key. A verified pair is remembered for 60 s as an HMAC.
   * Throws `rate-limited` after ten wrong secrets for one key from one address (`from`) within a minute, whichever API
   * they came through; a pair that is remembered is never refused.
   */
  byKey(keyId: string, secret: string, from: string): Promise<Principal | undefined>;
  byPassword(name: string, password: string): Promise<Principal | undefined>;
  /** The hash of a password that belongs to something else than a principal, at the usual cost; for `verifyHash`. */
  passwordHash(password: string): string;
  /** A bearer token of a key (`issueToken`). */
  byToken(token: string): Promise<Principal | undefined>;
  bySession(session: string): Promise<Principal | undefined>;
  /** Whether a role of the principal on the resource, or on a path above it, has the permission. */
  allows(principal: Principal, permission: string, resource: string): Promise<boolean>;
  /** Throws `forbidden` unless `allows`. */
  require(principal: Principal, permission: string, resource: string): Promise<void>;
  /** The resource paths on which the principal has the permission (`/` for an admin); for list filters. */
  resources(principal: Principal, permission: string): Promise<string[]>;
  /** The role names that the principal has on the resource or above. */
  roles(principal: Principal, resource: string): Promise<string[]>;

  /** These read the committed state, or, `within` a unit, what the unit sees (a declaration's own earlier writes). */
  find(name: string, within?: Unit): Promise<Principal | undefined>;
  list(within?: Unit): Promise<Principal[]>;
  grants(within?: Unit): Promise<Grant[]>;
  keys(principalId: number, within?: Unit): Promise<AccessKey[]>;
  /** The key with this id, revoked or not, whoever holds it. */
  findKey(keyId: string, within?: Unit): Promise<AccessKey | undefined>;
  createPrincipal(
    unit: Unit,
    input: { name: string; kind: 'person' | 'machine'; admin: boolean; password?: string },
  ): Promise<Principal>;
  updatePrincipal(unit: Unit, id: number, change: { admin?: boolean; password?: string }): Promise<void>;
  removePrincipal(unit: Unit, id: number): Promise<void>;
  grant(unit: Unit, grant: Grant): Promise<void>;
  revokeGrant(unit: Unit, grant: Grant): Promise<void>;
  /** Replaces the grants with roles of `rolePrefix` on exactly this resource (a project's members). */
  setGrants(
    unit: Unit,
    resource: string,
    rolePrefix: string,
    members: readonly { principalId: number; role: string }[],
  ): Promise<void>;
  /** The secret is answered here and never again. A given id or secret is honoured; `conflict` above five live keys or for a taken id. */
  createKey(
    unit: Unit,
    principalId: number,
    given?: { id?: string; secret?: string },
  ): Promise<{ key: AccessKey; secret: string }>;
  setTokenLifetime(unit: Unit, keyId: string, seconds: number): Promise<void>;
  revokeKey(unit: Unit, keyId: string): Promise<boolean>;

  /** A bearer token of 128 characters [A-Za-z0-9]; older ones live on. */
  issueToken(keyId: string): Promise<{ token: string; expiresInSeconds: number }>;
  revokeToken(token: string): Promise<boolean>;
  startSession(principal: Principal): Promise<{ session: string; expiresAt: number }>;
  endSession(session: string): Promise<void>;

  /** A token that lets hosts join; `hosts` are names or globs (`*`, `web-*`). Stored hashed. */
  createJoinToken(
    unit: Unit,
    input: { hosts: readonly string[]; token?: string; mayReplace?: boolean; expiresAt?: number },
  ): Promise<{ id: number; token: string }>;
  joinTokens(): Promise<
    {
      id: number;
      hosts: readonly string[];
      mayReplace: boolean;
      createdAt: number;
      expiresAt: number | null;
    }[]
  >;
  revokeJoinToken(unit: Unit, id: number): Promise<boolean>;
  /** A token that is there, expired or not, by its text. */
  findJoinToken(
    token: string,
    within?: Unit,
  ): Promise<
    { id: number; hosts: readonly string[]; mayReplace: boolean; expiresAt: number | null } | undefined
  >;
  /** What the token allows; undefined for an unknown or expired one. */
  joinTokenRights(token: string): Promise<{ hosts: readonly string[]; mayReplace: boolean } | undefined>;
}
