/** Ends a deployment that nobody ended. */
export const expireKind = 'nullplatform.expire';
/** Finalises a deployment that has had all traffic for long. */
export const finalizeKind = 'nullplatform.finalize';
/** Moves traffic by the next step of a strategy. */
export const trafficKind = 'nullplatform.traffic';
/** Looks at the metric rules of a strategy. */
export const rulesKind = 'nullplatform.rules';
/** Expires an approval that nobody decided. */
export const approvalKind = 'nullplatform.approval';
/** Clears old messages away. */
export const clearMessagesKind = 'nullplatform.clear-messages';
/** Fails an action of which its agent says nothing any more. */
export const silenceKind = 'nullplatform.silence';
