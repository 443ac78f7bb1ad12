import Type from 'typebox';

/** A binary as the native API answers it. */
export const binaryShape = Type.Object({
  key: Type.Integer(),
  group: Type.Integer({ description: 'The key of its binary group.' }),
  version: Type.String(),
  name: Type.String(),
  size: Type.Integer({ description: 'Bytes.' }),
  sha256: Type.String(),
  osType: Type.Union([Type.String(), Type.Null()]),
  hasManifest: Type.Boolean(),
  fixed: Type.Boolean(),
  description: Type.Union([Type.String(), Type.Null()]),
  uploader: Type.String(),
  uploadedAt: Type.Integer({ description: 'Epoch milliseconds.' }),
});

/** A link to one binary that somebody sent. */
export const sentLinkShape = Type.Object({
  id: Type.Integer(),
  sentBy: Type.String(),
  createdAt: Type.Integer(),
  expiresAt: Type.Integer(),
  revokedAt: Type.Union([Type.Integer(), Type.Null()]),
});
