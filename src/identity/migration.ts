import type { Migration } from '../storage/index.ts';

/** The schema of principals, what they prove themselves with, and what they may do. No secret stands in it, only hashes. */
export const identityMigrations: readonly Migration[] = [
  {
    name: '0002-identity',
    statements: ({ identity, text, integer, end }) => [
      `create table principal (
        id ${identity},
        name ${text} not null unique,
        kind ${text} not null,
        admin ${integer} not null,
        password_hash ${text},
        created_at ${integer} not null
      ) ${end}`,
      `create table access_key (
        id ${text} not null primary key,
        principal_id ${integer} not null references principal (id) on delete cascade,
        secret_hash ${text} not null,
        token_lifetime_seconds ${integer} not null,
        created_at ${integer} not null,
        revoked_at ${integer}
      ) ${end}`,
      'create index access_key_principal on access_key (principal_id)',
      `create table role_grant (
        principal_id ${integer} not null references principal (id) on delete cascade,
        role ${text} not null,
        resource ${text} not null,
        primary key (principal_id, role, resource)
      ) ${end}`,
      'create index role_grant_resource on role_grant (resource)',
      `create table bearer_token (
        hash ${text} not null primary key,
        key_id ${text} not null references access_key (id) on delete cascade,
        expires_at ${integer} not null
      ) ${end}`,
      'create index bearer_token_key on bearer_token (key_id)',
      'create index bearer_token_expiry on bearer_token (expires_at)',
      `create table console_session (
        hash ${text} not null primary key,
        principal_id ${integer} not null references principal (id) on delete cascade,
        expires_at ${integer} not null
      ) ${end}`,
      'create index console_session_principal on console_session (principal_id)',
      'create index console_session_expiry on console_session (expires_at)',
      `create table join_token (
        id ${identity},
        hash ${text} not null unique,
        hosts ${text} not null,
        may_replace ${integer} not null,
        created_at ${integer} not null,
        expires_at ${integer}
      ) ${end}`,
    ],
  },
];
