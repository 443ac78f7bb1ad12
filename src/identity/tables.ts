import type { Generated } from 'kysely';

/** The tables of this folder (migration `0002-identity`). Times are epoch milliseconds, booleans 0 and 1. */
export interface IdentityTables {
  principal: {
    id: Generated<number>;
    name: string;
    kind: 'person' | 'machine';
    admin: number;
    password_hash: string | null;
    created_at: number;
  };
  access_key: {
    id: string;
    principal_id: number;
    secret_hash: string;
    token_lifetime_seconds: number;
    created_at: number;
    revoked_at: number | null;
  };
  role_grant: { principal_id: number; role: string; resource: string };
  bearer_token: { hash: string; key_id: string; expires_at: number };
  console_session: { hash: string; principal_id: number; expires_at: number };
  join_token: {
    id: Generated<number>;
    hash: string;
    /** A JSON array of host names or globs. */
    hosts: string;
    may_replace: number;
    created_at: number;
    expires_at: number | null;
  };
}
