import Type, { type Static } from 'typebox';
import type { RetentionPolicy } from '../retention.ts';
import { description, objectName, region } from './text.ts';

const gigabyte = 1024 ** 3;
const unset = <T extends Type.TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

/** When binaries go by themselves (contract nhn-deploy 5.5). Counts up to 100 come from old installations. */
export const autoDelete = Type.Object(
  {
    maxAgeDays: unset(Type.Integer({ minimum: 1, maximum: 36_500 })),
    maxTotalGigabytes: unset(Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 })),
    maxCount: unset(Type.Integer({ minimum: 1, maximum: 100, description: 'Needed when the policy is on.' })),
    minKeep: unset(Type.Integer({ minimum: 0, maximum: 100, description: 'Needed when the policy is on.' })),
  },
  { additionalProperties: false, description: 'Empty: the policy is off.' },
);

/** What can be changed of a binary group. */
export const binaryGroupChange = {
  description: Type.Optional(description),
  region: Type.Optional(region),
  password: Type.Optional(
    Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()], {
      description: 'Opens the install pages of the group.',
    }),
  ),
  autoDelete: Type.Optional(autoDelete),
  uploadAlert: Type.Optional(
    Type.Boolean({ description: "Whether uploads are told to the artifact's hook." }),
  ),
  default: Type.Optional(Type.Literal(true, { description: 'Uploads that name no group go here.' })),
};

/** What a new binary group is made of. */
export const binaryGroupFields = { name: objectName, ...binaryGroupChange };

/** The addresses of the install pages of a group. */
export const installPages = Type.Object({
  all: Type.String(),
  fixed: Type.Record(Type.String(), Type.String()),
  recent: Type.Record(Type.String(), Type.String()),
});

/** A binary group as the native API answers it. */
export const binaryGroupShape = Type.Object({
  key: Type.Integer(),
  name: Type.String(),
  description,
  region: Type.String(),
  default: Type.Boolean(),
  hasPassword: Type.Boolean(),
  autoDelete,
  uploadAlert: Type.Boolean(),
  createdAt: Type.Integer(),
});

/** The policy that people wrote, in bytes; undefined stays undefined. */
export function policyFrom(input: Static<typeof autoDelete> | undefined): RetentionPolicy | undefined {
  if (input === undefined) return undefined;
  const { maxAgeDays = null, maxTotalGigabytes = null, maxCount = null, minKeep = null } = input;
  const maxTotalBytes = maxTotalGigabytes === null ? null : Math.round(maxTotalGigabytes * gigabyte);
  return { maxAgeDays, maxTotalBytes, maxCount, minKeep };
}

/** The policy as people write it. */
export function policyInput({ maxTotalBytes, ...policy }: RetentionPolicy): Static<typeof autoDelete> {
  return { ...policy, maxTotalGigabytes: maxTotalBytes === null ? null : maxTotalBytes / gigabyte };
}
