import { describe, expect, it } from 'vitest';
import { chooseServers, readServerLines, readServers, type ServerInput } from './server-lines.ts';

const server = (hostname: string, instanceName: string | null = null) => ({
  hostname,
  instanceName,
  ip: null,
  os: null,
});

describe('servers of a group', () => {
  it('are read one a line, with or without address and system', () => {
    expect(readServerLines('web-1;10.0.0.1;CentOS 7;\r\nweb-2;10.0.0.2\n\n web-3 ;;;\n')).toEqual([
      { hostname: 'web-1', ip: '10.0.0.1', os: 'CentOS 7' },
      { hostname: 'web-2', ip: '10.0.0.2', os: null },
      { hostname: 'web-3', ip: null, os: null },
    ]);
  });

  it.each<[string, (string | ServerInput)[], string]>([
    ['a nameless server', [''], 'servers/0/hostname'],
    ['a comma in a name', ['a,b'], 'servers/0/hostname'],
    ['a slash in a name', ['a/b'], 'servers/0/hostname'],
    ['a control character in a name', ['a\nb'], 'servers/0/hostname'],
    ['one name twice', ['a', 'a'], 'servers/1'],
    ['an instance named like another host', ['a', { hostname: 'b', instanceName: 'a' }], 'servers/1'],
  ])('%s is refused', (_, servers, path) => {
    const paths: string[] = [];
    expect(readServers(servers, (at) => paths.push(at))).toBeUndefined();
    expect(paths).toEqual([path]);
  });

  it('are chosen by host or instance name, in the order of the group', () => {
    const servers = [server('i-1', 'web-1'), server('i-2', 'web-2'), server('i-3')];
    expect(chooseServers(servers, ['i-3', 'web-1', 'i-1'])).toEqual({ chosen: [servers[0], servers[2]] });
    expect(chooseServers(servers, undefined)).toEqual({ chosen: servers });
    expect(chooseServers(servers, ['i-1', 's9'])).toEqual({ unknown: 's9' });
  });
});
