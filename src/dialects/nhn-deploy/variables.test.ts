import { describe, expect, it } from 'vitest';
import { placeholdersIn, replaceVariables, type VariableValues } from './variables.ts';

const values: VariableValues = {
  artifact: { id: 1, name: 'shop-api' },
  serverGroup: { id: 2, name: 'web' },
  executor: 'hongjabc@nhn.com',
  timestamp: Date.UTC(2018, 0, 3, 14, 3, 28, 45),
  timeZone: 'Asia/Seoul',
  binaries: new Map([
    [
      'app',
      {
        version: '1.2',
        key: 17,
        name: 'a.jar',
        targetDirectory: '~/apps',
        groupKey: 4,
        groupName: 'Default',
      },
    ],
    [
      'a.b',
      {
        version: '9',
        key: 18,
        name: 'b.jar',
        targetDirectory: '/b',
        groupKey: 5,
        groupName: '$${artifact.id}',
      },
    ],
  ]),
  secrets: new Map([['token', 7]]),
};

describe('variables', () => {
  it.each([
    ['$${artifact.name} $${artifact.id}', 'shop-api 1'],
    ['$${serverGroup.name} $${serverGroup.id}', 'web 2'],
    ['$${executor.account} $${executor.maskedAccount}', 'hongjabc@nhn.com hongj***@nhn.com'],
    ['$${timestamp}', '1514988208'],
    ['$${timestamp.yyyyMMddHHmmss}', '20180103230328'],
    ['$${binary.app.version} $${binary.app.key} $${binary.app.name}', '1.2 17 a.jar'],
    [
      '$${binary.app.targetDir} $${binary.app.binaryGroupKey} $${binary.app.binaryGroupName}',
      '~/apps 4 Default',
    ],
    ['$${binary.a.b.version}', '9'],
    ['x$${artifact.id}y', 'x1y'],
  ])('%s is replaced by %s', (text, replaced) => {
    expect(replaceVariables(text, values)).toBe(replaced);
  });

  it.each([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own form
    ['$HOME ${HOME} $(hostname) $1'],
    ['$$ echo $$'],
    ['$${nope}'],
    ['$${}'],
    ['$${artifact}'],
    ['$${artifact.nope}'],
    ['$${timestamp.}'],
    ['$${timestamp.nope}'],
    ['$${binary.other.version}'],
    ['$${binary.app.nope}'],
    ['$${binary.app}'],
    ['$${secret.other}'],
    ['$${artifact.id'],
    ['$${ artifact.id }'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own form
    ['${artifact.id}'],
    ['$${__proto__.constructor}'],
  ])('%s is left as it is', (text) => {
    expect(replaceVariables(text, values)).toBe(text);
  });

  it('a value that looks like a variable is not replaced again', () => {
    expect(replaceVariables('$${binary.a.b.binaryGroupName}', values)).toBe('$${artifact.id}');
  });

  it('a secret becomes a placeholder that the step names with its number, and never its value', () => {
    const text = replaceVariables('login $${secret.token} $${secret.token}', values);
    const [secret, ...others] = placeholdersIn([text], values);
    expect(others).toEqual([]);
    expect(secret?.secretId).toBe(7);
    expect(text).toBe(`login ${secret?.placeholder} ${secret?.placeholder}`);
  });

  it('a text without secrets names none', () => {
    expect(placeholdersIn(['echo hi'], values)).toEqual([]);
  });
});
