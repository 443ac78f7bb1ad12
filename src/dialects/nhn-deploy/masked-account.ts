/**
 * The account name as `$${executor.maskedAccount}` shows it (contract nhn-deploy 5.4): the last three characters of
 * the part before `@` become `***`, or the last one `*` when the part has three or fewer.
 * @example maskedAccount('hongjin@nhn.com') // 'hong***@nhn.com'
 */
export function maskedAccount(account: string): string {
  const at = account.indexOf('@');
  const local = [...(at < 0 ? account : account.slice(0, at))];
  const hidden = local.length <= 3 ? Math.min(1, local.length) : 3;
  return `${local.slice(0, local.length - hidden).join('')}${'*'.repeat(hidden)}${at < 0 ? '' : account.slice(at)}`;
}
