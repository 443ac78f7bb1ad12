import Type from 'typebox';
import { description, objectName, region } from './text.ts';

/** `server` or `client`; never changes. */
export const applicationType = Type.Union([Type.Literal('server'), Type.Literal('client')]);

/** How commands reach servers; never changes. Deploys through the API need CLOUD_AGENT. */
export const commandType = Type.Union([Type.Literal('CLOUD_AGENT'), Type.Literal('SSH')]);

/** What can be changed of an artifact. */
export const artifactChange = {
  description: Type.Optional(description),
  port: Type.Optional(
    Type.Union([Type.Integer({ minimum: 1, maximum: 65_535 }), Type.Null()], { description: 'SSH only.' }),
  ),
  region: Type.Optional(region),
  notification: Type.Optional(
    Type.Boolean({ description: 'Whether deployments and uploads are told to the hook.' }),
  ),
  hookUrl: Type.Optional(
    Type.Union([Type.String({ pattern: '^https?://', maxLength: 2000 }), Type.Null()], {
      description: 'An incoming webhook; kept sealed, never answered.',
    }),
  ),
};

/** What a new artifact is made of. */
export const artifactFields = {
  name: objectName,
  type: applicationType,
  commandType: Type.Optional(commandType),
  ...artifactChange,
};

/** An artifact as the native API answers it. */
export const artifactShape = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  description,
  type: applicationType,
  commandType,
  port: Type.Union([Type.Integer(), Type.Null()]),
  region: Type.String(),
  defaultBinaryGroup: Type.Union([Type.Integer(), Type.Null()]),
  notification: Type.Boolean(),
  hasHook: Type.Boolean(),
  createdAt: Type.Integer(),
  lastDeployedAt: Type.Union([Type.Integer(), Type.Null()]),
});
