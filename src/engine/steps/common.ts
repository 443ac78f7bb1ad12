import Type from 'typebox';

/** What every agent step carries. */
export const agentStepCommon = {
  where: Type.Literal('agent'),
  /** Shown to people; the name of the task that asked for it. */
  name: Type.String({ maxLength: 200 }),
  /** After this long the process group is ended and the step fails with the reason `timeout`. */
  timeoutSeconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
  /** `fail` (default): the host run fails and its later steps are skipped; `ignore`: go on. */
  onFailure: Type.Optional(Type.Union([Type.Literal('fail'), Type.Literal('ignore')])),
  /** `kill` (default): a cancel ends it; `finish`: a cancel waits for it (never half switched). */
  onCancel: Type.Optional(Type.Union([Type.Literal('kill'), Type.Literal('finish')])),
  /**
   * Secrets to put in when a lease is given: `placeholder` in any string of the step is replaced by the value of the
   * secret with this id. A dialect may let an application have a thousand, and adds its own.
   */
  secrets: Type.Optional(
    Type.Array(
      Type.Object({ placeholder: Type.String({ minLength: 8, maxLength: 100 }), secretId: Type.Integer() }),
      {
        maxItems: 1100,
      },
    ),
  ),
};
